/** More retries than a request's few approvers or an account's worker ever cause. */
const MAX_TRIES = 5;

/** Tries until a row was written as it was read. @param once undefined where somebody else was faster */
export async function untilKept<T>(once: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; count <= MAX_TRIES; count++) {
    const kept = await once();
    if (kept !== undefined) return kept;
  }
  throw new Error(`A row was changed by others ${MAX_TRIES} times in a row.`);
}
