import { describe, expect, it } from "vitest";
import { approvalNeeded } from "../../lib/notifications/approval-needed.ts";
import { delegationNeeded } from "../../lib/notifications/delegation-needed.ts";
import { DETAILS } from "../../lib/notifications/events.ts";
import { busEventOf } from "../../lib/notifications/forward.ts";
import { runEnded } from "../../lib/notifications/run-ended.ts";
import { runStarted } from "../../lib/notifications/run-started.ts";
import type { Notification } from "../../lib/run/ports.ts";
import { sampleReview, sampleRun } from "../run/samples.ts";
import { CHECK_NOTIFICATIONS } from "./check-samples.ts";

const record = { runId: "run-1", run: sampleRun(), outcomes: {} };
const SAMPLES: readonly Notification[] = [
  runStarted(sampleRun()),
  runEnded(record, "SUCCEEDED", undefined, "demo"),
  runEnded(record, "FAILED", undefined, "demo"),
  approvalNeeded(sampleRun(), sampleReview(), { apiUrl: "https://api.example.com" }),
  delegationNeeded({
    environment: "demo",
    runId: "run-1",
    domain: "demo.example.com",
    nameServers: ["ns-1.awsdns.com"],
    observed: "not delegated",
    until: "2026-03-02T10:00:00.000Z",
  }),
  ...CHECK_NOTIFICATIONS,
];

/** A notification as SNS hands it to a function. */
const message = ({ event, environment, runId, subject, text, detail }: Notification) => ({
  MessageId: "m-1",
  Subject: subject,
  Message: text,
  Timestamp: "2026-03-01T10:00:00.000Z",
  MessageAttributes: {
    event: { Value: event },
    environment: { Value: environment },
    runId: { Value: runId },
    ...(detail && { detail: { Value: JSON.stringify(detail) } }),
  },
});

describe("an event", () => {
  it("is documented for every notification that has members of its own, with a sample here", () => {
    expect(SAMPLES.map(({ event }) => event).sort()).toEqual(Object.keys(DETAILS).sort());
  });

  it.each(SAMPLES.map((sample) => [sample.event, sample] as const))(
    "%s is what is documented",
    (event, sample) => {
      const forwarded = busEventOf(message(sample));
      expect(forwarded).toMatchObject({ source: "strata", detailType: event });
      expect(forwarded?.detail).toMatchObject({ runId: "run-1", ...sample.detail });
    },
  );

  it("of a notification without members of its own has the common ones", () => {
    const { detail: _, ...plain } = { ...runStarted(sampleRun()), event: "something-new" as never };
    expect(busEventOf(message(plain))?.detail).toMatchObject({ text: plain.text, subject: plain.subject });
  });

  it("is refused when its members are not the documented ones, naming them", () => {
    const wrong = { ...runStarted(sampleRun()), detail: { operation: "deploy" } };
    expect(() => busEventOf(message(wrong))).toThrow(/run-started\): layers: /);
  });

  it("is none where the message is an alarm's, which EventBridge knows already", () => {
    expect(busEventOf({ ...message(SAMPLES[0]!), MessageAttributes: {} })).toBeUndefined();
  });
});
