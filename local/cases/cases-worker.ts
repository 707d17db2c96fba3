import { parentPort, workerData } from "node:worker_threads";
import { PolicyError } from "../../lib/errors";
import { CasesError } from "./case-file";
import { runCases } from "./run";
import type { FromCases, RunRequest } from "./supervised";

// This module runs the cases of one policy folder in a thread. It reports the start of each case, so that the parent can name a case that
// hangs, and end the thread.

const { folder, gate } = workerData as RunRequest;
const tell = (message: FromCases) => parentPort?.postMessage(message);

tell({ kind: "ready" });
runCases(folder, gate, (what) => tell({ kind: "began", what })).then(
  (run) => tell({ kind: "done", run }),
  (error: unknown) => {
    const isKnown = error instanceof PolicyError || error instanceof CasesError;
    tell({ kind: "failed", known: isKnown, message: isKnown ? error.message : String((error as Error).stack ?? error) });
  },
);
