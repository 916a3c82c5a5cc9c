/** Loaded before a measured script: writes the process's peak memory in MB as the last line of its standard error. */
process.on("exit", () => {
  process.stderr.write(`\n${(process.resourceUsage().maxRSS / 1024).toFixed(1)}\n`);
});
