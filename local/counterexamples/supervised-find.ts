import { join } from "node:path";
import { startPolicyThread } from "../policy-thread";
import type { FindAsked, FindResult } from "./find";

/** Two policies could not be compared; the message says why, for the author of the draft. */
export class FindError extends Error {
  override readonly name = "FindError";
}

export type FromFind = { readonly ok: true; readonly result: FindResult } | { readonly ok: false; readonly problem: string };

/** Beyond the search itself: to load two policies, and to make what was found smaller. */
const AROUND_MS = 60_000;

/** Searches in a thread of its own, with the policies as they are saved now, and with an end, whatever they do. Throws FindError. */
export async function findSupervised(asked: FindAsked): Promise<FindResult> {
  const worker = startPolicyThread(join(__dirname, "find-worker"), asked);
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (problem: string) => reject(new FindError(problem));
      timer = setTimeout(() => refuse(`${asked.folder}: a rule does not come to an end. Does it loop?`), asked.limitMs + AROUND_MS);
      worker.on("message", (done: FromFind) => (done.ok ? resolve(done.result) : refuse(done.problem)));
      worker.on("error", (error) => refuse(`${asked.folder}: ${error.message}`));
      worker.on("exit", () => refuse(`${asked.folder}: a policy ended the process.`));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
