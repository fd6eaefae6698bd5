import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomProvider } from "../../../../../lib/twin/terraform/providers/random/provider.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";

const layer = (length: number): string => `
resource "random_password" "grafana" {
  length      = ${length}
  special     = false
  min_numeric = 3
}
resource "random_id" "suffix" {
  byte_length = 4
  keepers     = { zone = "a" }
}
`;

describe("the random provider", () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop([randomProvider]);
    workshop.write(layer(24));
    await workshop.apply();
  });
  afterAll(() => workshop.close());

  it("draws a password of the kinds asked for, and keeps it", async () => {
    const { result } = workshop.attributes("random_password.grafana");
    expect(result).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(String(result).replace(/\D/g, "").length).toBeGreaterThanOrEqual(3);
    expect((await workshop.plan()).exitCode).toBe(0);
    expect(workshop.attributes("random_password.grafana").result).toBe(result);
  });

  it("gives an id in all its forms", () => {
    const { hex, dec, b64_url } = workshop.attributes("random_id.suffix");
    expect(Number.parseInt(String(hex), 16)).toBe(Number(dec));
    expect(Buffer.from(String(b64_url), "base64url").toString("hex")).toBe(hex);
  });

  it("never shows a password in a plan", async () => {
    workshop.write(layer(30));
    const { exitCode, stdout } = await workshop.plan();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/length\s+= 24 -> 30 # forces replacement/);
    expect(stdout).not.toContain(String(workshop.attributes("random_password.grafana").result));
    expect(stdout).toContain("(sensitive value)");
  });

  it("rejects a length below the sum of the minima", async () => {
    workshop.write(layer(2));
    expect((await workshop.plan()).stderr).toMatch(
      /must be at least sum of min_upper \+ min_lower \+\s+min_numeric/,
    );
  });
});
