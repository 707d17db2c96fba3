import { isDrill } from "../../engine/sign-up/drill";
import type { ListedDecision } from "../tables/decisions";

/** Records replayed at a time: what they need of the list is read together. */
const BATCH = 100;

/**
 * Of records that come newest first, the first of each person at each step. What is remembered grows with the people alone.
 * @param onRead told of each page, repeated decisions and those without an address counted in
 */
export async function* newestOfEach(
  pages: AsyncIterable<readonly ListedDecision[]>,
  onRead: (count: number) => void,
): AsyncGenerator<readonly ListedDecision[]> {
  const seen = new Set<string>();
  let batch: ListedDecision[] = [];
  for await (const page of pages) {
    onRead(page.length);
    for (const record of page) {
      const { email } = record;
      // A drill is refused by any policy.
      if (email === undefined || isDrill({ email })) continue;
      const key = `${record.step} ${email}`;
      if (seen.has(key)) continue;
      seen.add(key);
      batch.push(record);
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
