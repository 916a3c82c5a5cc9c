import { map } from "./collections";
import type { Format } from "./formats";
import { text, withRule } from "./schema";

/** Key of an AWS tag (IAM API reference, Tag; AWS Tagging User Guide, naming limits). */
export const AWS_TAG_KEY: Format = {
  expected: "1 to 128 letters, digits, spaces or _.:/=+-@",
  pattern: "^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$",
};

/** Value of an AWS tag, by the same sources. */
export const AWS_TAG_VALUE: Format = {
  expected: "at most 256 letters, digits, spaces or _.:/=+-@",
  pattern: "^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$",
};

/** Name of an Azure tag (Azure documentation, tag resources, limitations). */
const AZURE_TAG_NAME: Format = {
  expected: "1 to 512 characters except < > % & \\ ? /",
  pattern: "^[^<>%&\\\\?/]{1,512}$",
};

/** Value of an Azure tag, by the same source. */
const AZURE_TAG_VALUE: Format = { expected: "a string of at most 256 characters", pattern: "^[\\s\\S]{0,256}$" };

/** Tags of AWS objects. */
export const AWS_TAGS = withRule(map(AWS_TAG_KEY, text(AWS_TAG_VALUE)), (tags, at, report) => {
  for (const [key, value] of Object.entries(tags).filter(([name]) => name.toLowerCase().startsWith("aws:"))) {
    report.fault(`${at}[${JSON.stringify(key)}]`, value, "AWS reserves keys that start with aws: choose another key");
  }
});

/** Tags of EC2 instances, which take every character (EC2 User Guide, tag restrictions). */
export const EC2_TAGS = map(
  { expected: "1 to 127 characters", pattern: "^[\\s\\S]{1,127}$" },
  text({ expected: "a string of at most 255 characters", pattern: "^[\\s\\S]{0,255}$" }),
);

/** Tags of Azure objects. */
export const AZURE_TAGS = map(AZURE_TAG_NAME, text(AZURE_TAG_VALUE));
