/**
 * What every terraform that the twin starts is given. It lives for a second, so Go may collect its garbage less
 * often than in a program that stays: a plan takes a fifth less of the processors, for at most 200 MB.
 */
export const PROCESS_ENVIRONMENT = { GOGC: "400" } as const;
