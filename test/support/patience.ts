/**
 * How long what follows by itself may take, for `expect.poll` and `vi.waitFor`: less than a test, so that it says what is missing,
 * and far more than a busy machine needs. Looks are apart, as whoever asks without a pause takes the time of what is waited for.
 */
export const patiently = { timeout: 180_000, interval: 50 } as const;
