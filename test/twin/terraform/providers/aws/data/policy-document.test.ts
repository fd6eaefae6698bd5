import { describe, expect, it } from "vitest";
import type { Attributes } from "../../../../../../lib/twin/terraform/contract.ts";
import {
  iamPolicyDocument,
  policyDocument,
} from "../../../../../../lib/twin/terraform/providers/aws/data/policy-document.ts";

const statement = (members: Attributes): Attributes => ({ sid: null, effect: null, ...members });
const minified = (configuration: Attributes): unknown => JSON.parse(policyDocument(configuration).minified);

describe("aws_iam_policy_document", () => {
  it("writes one value as a string and several in descending order", () => {
    const { json } = policyDocument({
      statement: [
        statement({
          sid: "Buckets",
          actions: ["s3:GetBucketLocation", "s3:ListAllMyBuckets"],
          resources: ["arn:aws:s3:::*"],
        }),
      ],
    });
    expect(json).toBe(
      [
        "{",
        '  "Version": "2012-10-17",',
        '  "Statement": [',
        "    {",
        '      "Sid": "Buckets",',
        '      "Effect": "Allow",',
        '      "Action": [',
        '        "s3:ListAllMyBuckets",',
        '        "s3:GetBucketLocation"',
        "      ],",
        '      "Resource": "arn:aws:s3:::*"',
        "    }",
        "  ]",
        "}",
      ].join("\n"),
    );
  });

  it("joins principals of a type and keeps the order of a condition's values", () => {
    const document = minified({
      statement: [
        statement({
          actions: ["sts:AssumeRole"],
          principals: [
            { type: "Service", identifiers: ["ec2.amazonaws.com"] },
            {
              type: "AWS",
              identifiers: ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"],
            },
          ],
          condition: [
            { test: "StringLike", variable: "s3:prefix", values: ["", "home/", "home/&{aws:username}/"] },
          ],
        }),
      ],
    }) as { Statement: unknown[] };
    expect(document.Statement).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: {
          AWS: ["arn:aws:iam::111122223333:role/b", "arn:aws:iam::111122223333:role/a"],
          Service: "ec2.amazonaws.com",
        },
        Condition: { StringLike: { "s3:prefix": ["", "home/", `home/\${aws:username}/`] } },
      },
    ]);
  });

  it("writes everybody as a star only for the type of a star", () => {
    const principalOf = (type: string) =>
      minified({ statement: [statement({ principals: [{ type, identifiers: ["*"] }] })] });
    expect(principalOf("*")).toMatchObject({ Statement: [{ Principal: "*" }] });
    expect(principalOf("AWS")).toMatchObject({ Statement: [{ Principal: { AWS: "*" } }] });
  });

  it("merges sources first and lets overrides replace statements of the same sid", () => {
    const source = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    const override = JSON.stringify({
      Statement: [
        { Sid: "Own", Effect: "Deny", Action: "s3:*", Resource: "*" },
        { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" },
      ],
    });
    const document = minified({
      source_policy_documents: [source],
      override_policy_documents: [override],
      statement: [statement({ sid: "Own", actions: ["s3:PutObject"], resources: ["*"] })],
    }) as { Statement: { Sid?: string; Effect: string }[] };
    expect(document.Statement.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
      ["Read", "Allow"],
      ["Own", "Deny"],
      [undefined, "Allow"],
    ]);
  });

  it("escapes as Go does", () => {
    const { minified: json } = policyDocument({
      statement: [statement({ actions: ["a:b"], resources: ["arn:x:<&>"] })],
    });
    expect(json).toContain("arn:x:\\u003c\\u0026\\u003e");
  });

  it("has the text's checksum as its id", () => {
    const read = (actions: string[]) =>
      iamPolicyDocument.read({ statement: [statement({ actions, resources: ["*"] })] }, {} as never).id;
    expect(read(["a:b"])).toMatch(/^\d+$/);
    expect(read(["a:b"])).not.toBe(read(["a:c"]));
  });

  it("rejects a sid used twice", () => {
    const twice = { statement: [statement({ sid: "A" }), statement({ sid: "A" })] };
    expect(() => policyDocument(twice)).toThrow("duplicate Sid (A)");
  });

  it("rejects a source that is not JSON", () => {
    expect(() => policyDocument({ source_policy_documents: ["{"] })).toThrow("source_policy_documents");
  });
});
