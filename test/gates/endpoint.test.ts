import { describe, expect, it } from "vitest";
import type { Visit } from "../../lib/clients/http-probe.ts";
import { judgeEndpoint } from "../../lib/gates/endpoint/judge.ts";
import { answers, GATE } from "./samples.ts";

const HOST = "app.example.com";
const EXPECTATION = { ...GATE, host: "app", path: "/", status: 200, contains: "Online Boutique" };
const visit = (status: number, location?: string, body = ""): Visit => ({
  reached: true,
  status,
  location,
  body,
});
const PAGE = visit(200, undefined, "<title>\nOnline Boutique\n</title>");
const REDIRECT = visit(308, `https://${HOST}/`);
const SILENT: Visit = { reached: false, problem: "ECONNREFUSED" };
const judge = (plain: Visit, secure: Visit) => judgeEndpoint({ host: HOST, plain, secure }, EXPECTATION);

describe("an endpoint", () => {
  it("passes when it sends visitors to TLS and the application answers there", () => {
    expect(answers(judge(REDIRECT, PAGE))).toEqual([
      "endpoint-redirects: pass",
      "endpoint-answers: pass",
      "endpoint-application: pass",
    ]);
  });

  it.each<[string, Visit, string]>([
    ["301 to the same host", visit(301, `https://${HOST}/`), "pass"],
    ["308 with the port of TLS spelled out", visit(308, `https://${HOST}:443/`), "pass"],
    ["nobody", SILENT, "pending"],
    ["the page itself, without TLS", PAGE, "pending"],
    ["a proxy that knows no such host", visit(404, undefined, "default backend - 404"), "pending"],
    ["a redirect that stays without TLS", visit(301, `http://${HOST}/home`), "pending"],
    ["a redirect to a path, which stays without TLS", visit(302, "/home"), "pending"],
    ["a redirect to somebody else", visit(301, "https://parked.example.net/"), "pending"],
    ["a redirect to another port", visit(301, `https://${HOST}:8443/`), "pending"],
    ["a redirect to nowhere", visit(301), "pending"],
  ])("answers plain HTTP: %s", (_what, plain, answer) => {
    expect(judge(plain, PAGE)[0]?.status).toBe(answer);
  });

  it.each<[string, Visit, string[]]>([
    ["nobody", SILENT, ["endpoint-answers: pending"]],
    [
      "a proxy without anybody behind it",
      visit(503, undefined, "503 Service Temporarily Unavailable"),
      ["endpoint-answers: pending"],
    ],
    ["a redirect to itself", visit(308, `https://${HOST}/`), ["endpoint-answers: pending"]],
    ["another success", visit(204), ["endpoint-answers: pending"]],
    [
      "somebody else's page",
      visit(200, undefined, "<h1>It works!</h1>"),
      ["endpoint-answers: pass", "endpoint-application: pending"],
    ],
    ["an empty page", visit(200), ["endpoint-answers: pass", "endpoint-application: pending"]],
  ])("answers over TLS: %s", (_what, secure, expected) => {
    expect(answers(judge(REDIRECT, secure)).slice(1)).toEqual(expected);
  });

  it("says whose page it is", () => {
    expect(
      judge(REDIRECT, visit(200, undefined, "<html><h1>Welcome to\n nginx!</h1></html>"))[2]?.observed,
    ).toBe('a page with "Welcome to nginx!"');
  });
});
