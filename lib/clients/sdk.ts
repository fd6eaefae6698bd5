/**
 * Settings of every AWS client. Retries are the SDK's own (3 attempts, exponential with jitter); the times keep
 * one dead connection from eating a function's whole time: 3 s to connect, 15 s for an answer.
 */
export const SDK_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
};
