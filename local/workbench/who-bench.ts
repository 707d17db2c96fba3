import { join } from "node:path";
import { withRelativePaths } from "../../lib/app-root";
import type { WhoAnswer, WhoChange } from "../first-policy/answers";
import { domainsIn, filesIn, readPolicyDomains } from "../first-policy/chosen";
import { isAsShipped, planFor, seenIn, writePlan } from "../first-policy/plan";
import { caseSchema } from "../policies/files";

interface WhoOptions {
  /** The policy's folder: absolute, and not a link. */
  readonly folder: string;
  /** The folder for replaced policies, each in a subfolder named by the time. */
  readonly replaced: string;
  readonly restart: () => void;
  /** Rejects with the reason if a folder holds no usable policy. */
  assertUsable(folder: string): Promise<void>;
}

export type WhoOutcome =
  | { readonly kind: "written"; readonly kept: readonly string[]; readonly before: string }
  /** The changes to which a person must agree before anything is written. @param seen identifies these changes */
  | { readonly kind: "asks"; readonly changes: readonly WhoChange[]; readonly seen: string }
  | { readonly kind: "failed"; readonly problem: string };

export type WhoBench = ReturnType<typeof whoBench>;

/** Returns the functions behind the question "Who may sign up?". They write the answer as the policy in the app's own folder. */
export function whoBench(options: WhoOptions) {
  const { folder, restart } = options;
  let isBusy = false;
  return {
    /** True if the question has not been answered yet: the policy's files are as shipped. */
    isFirst(): boolean {
      try {
        return isAsShipped(filesIn(folder));
      } catch {
        return false;
      }
    },
    domains: () => readPolicyDomains(folder),
    readDomains: domainsIn,
    /** @param seenVersion identifies the changes that the person agreed to; empty for none */
    async choose(chosen: WhoAnswer, seenVersion: string): Promise<WhoOutcome> {
      if (isBusy) return { kind: "failed", problem: "Another answer is being written." };
      isBusy = true;
      try {
        const outcome = await writePolicy(chosen, seenVersion, options);
        if (outcome.kind === "written") restart();
        return outcome;
      } catch (error) {
        return { kind: "failed", problem: withRelativePaths(String((error as Error).message ?? error)) };
      } finally {
        isBusy = false;
      }
    },
  };
}

async function writePolicy(chosen: WhoAnswer, agreedVersion: string, { folder, replaced, assertUsable }: WhoOptions): Promise<WhoOutcome> {
  const { writes, removes, changes, kept, seen } = planFor(chosen, filesIn(folder), caseSchema(join(folder, "cases")));
  if (changes.length > 0 && agreedVersion !== seen) return { kind: "asks", changes, seen };
  const before = join(replaced, new Date().toISOString().replaceAll(/[:.]/g, "-"));
  // If a file was saved since the plan was made, nothing is written, because nobody has agreed to replace that file.
  const isUnchanged = () => seenIn(filesIn(folder)) === seen;
  await writePlan(folder, { writes, removes }, { before, assertUsable, isUnchanged });
  return { kind: "written", kept, before: withRelativePaths(before) };
}
