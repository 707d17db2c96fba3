import { parentPort, workerData } from "node:worker_threads";
import { PolicyError } from "../../lib/policy-folder/policy-error";
import { CasesError } from "../cases/cases-error";
import { SamplesError } from "../data/samples";
import { type FindAsked, findIn } from "./find";
import type { FromFind } from "./supervised-find";

// Compares two policies, and ends. What started it ends a policy that hangs.

const tell = (message: FromFind) => parentPort?.postMessage(message);
findIn(workerData as FindAsked).then(
  (result) => tell({ ok: true, result }),
  (error: unknown) => {
    const isKnown = [PolicyError, CasesError, SamplesError].some((known) => error instanceof known);
    tell({ ok: false, problem: isKnown ? (error as Error).message : String((error as Error).stack ?? error) });
  },
);
