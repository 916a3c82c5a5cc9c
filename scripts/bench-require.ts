/** Loads the module that the first argument names, and nothing else. */
module.require(process.argv[2] ?? "");
