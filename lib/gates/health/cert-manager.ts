/** Certificate, CertificateRequest, Order and Challenge; issuers are judged by Ready. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

/** Reasons of `Issuing: False` and of an unready request after which cert-manager does not go on by itself. */
const FINAL = /^(Failed|Denied|InvalidRequest)$/;
/** Of an unready certificate: its specification is at fault. */
const WRONG = /^(ConfigError|IncorrectIssuer|InvalidKeyPair|InvalidCertificate)$/;

/** Ready while Issuing is a renewal: the old certificate still serves, unless its time is over. */
export function judgeCertificate({ conditions, status }: Subject, now: number): Health {
  const end = Date.parse(textOf(status, "notAfter") ?? "");
  if (end <= now) return failed(`it ended at ${textOf(status, "notAfter")}`);
  if (conditionThatIs(conditions, "Ready", "True")) return healthy("it is issued and up to date");
  const issuing = conditionThatIs(conditions, "Issuing", "True");
  if (issuing) return progressing(wordsOf(issuing));
  const given = conditionThatIs(conditions, "Issuing", "False");
  if (given && FINAL.test(given.reason ?? "")) return failed(wordsOf(given));
  const not = conditionThatIs(conditions, "Ready", "False");
  if (!not) return progressing("cert-manager has not seen it yet");
  return WRONG.test(not.reason ?? "") ? failed(wordsOf(not)) : progressing(wordsOf(not));
}

export function judgeCertificateRequest({ conditions }: Subject): Health {
  const wrong =
    conditionThatIs(conditions, "Denied", "True") ?? conditionThatIs(conditions, "InvalidRequest", "True");
  if (wrong) return failed(wordsOf(wrong));
  if (conditionThatIs(conditions, "Ready", "True")) return healthy("it is signed");
  const not = conditionThatIs(conditions, "Ready", "False");
  if (not && FINAL.test(not.reason ?? "")) return failed(wordsOf(not));
  return progressing(not ? wordsOf(not) : "no issuer has seen it yet");
}

const LOST = new Set(["invalid", "expired", "errored"]);

/** ACME's states (RFC 8555 §7.1.6) and cert-manager's own `errored`. An order that is `ready` is not done. */
export function judgeAcme({ status }: Subject): Health {
  const state = textOf(status, "state");
  if (state === "valid") return healthy("its state is valid");
  if (state && LOST.has(state))
    return failed(`its state is ${state}: ${textOf(status, "reason") ?? "no reason given"}`);
  return progressing(`its state is ${state ?? "not set"}`);
}
