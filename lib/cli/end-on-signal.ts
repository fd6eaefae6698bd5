/** As a shell counts them: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const EXIT_PIPE = 141;

/**
 * Ends the program at once on Ctrl-C and its like, with one line; what has to be cleared away hangs on the
 * process's `exit` event, synchronously. A reader that went away (`| head`) ends it, too, without a word.
 * @returns a function that stops listening
 */
export function endOnSignal(): () => void {
  const end = (signal: NodeJS.Signals): void => {
    process.stderr.write(
      `\nInterrupted: every process of the run was ended; what was not written yet is not kept.\n`,
    );
    process.exit(EXIT_CODES[signal as keyof typeof EXIT_CODES]);
  };
  const unread = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") process.exit(EXIT_PIPE);
    throw error;
  };
  const signals = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
  for (const signal of signals) process.on(signal, end);
  process.stdout.on("error", unread);
  return () => {
    for (const signal of signals) process.off(signal, end);
    process.stdout.off("error", unread);
  };
}

/** Runs `clear` when the process exits, unless the returned function has run it before. Synchronous by nature. */
export function clearAtExit(clear: () => void): () => void {
  process.once("exit", clear);
  return () => {
    process.off("exit", clear);
    clear();
  };
}
