import { policyDocument, policySize, splitStatements } from "../../modules/iam";
import type { PolicyStatement } from "../../modules";

const reads = (bucket: string): PolicyStatement => ({
  Effect: "Allow",
  Action: ["s3:GetObject"],
  Resource: [`arn:aws:s3:::${bucket}/*`],
  Condition: { StringEquals: { "aws:ResourceTag/CreatedBy": ["Microsoft Defender for Cloud"] } },
});

describe("the size of a policy", () => {
  test("is its length without white space, as IAM counts it", () => {
    const written = JSON.stringify(policyDocument([reads("a")]));
    expect(policySize([reads("a")])).toBe(written.length - "Microsoft Defender for Cloud".split(" ").length + 1);
  });

  test("decides about a split: what fits without its white space stays in one document", () => {
    const statements = [reads("a"), reads("b")];
    const size = JSON.stringify(policyDocument(statements)).replaceAll(" ", "").length;
    expect(splitStatements(statements, size)).toEqual([statements]);
    expect(splitStatements(statements, size - 1)).toEqual([[reads("a")], [reads("b")]]);
  });
});
