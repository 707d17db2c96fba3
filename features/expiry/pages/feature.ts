import type { ConsoleFeature } from "../../../console/app/visit";
import { type AccessRunStore, accessRunStore } from "../store/access-runs";
import { routes as endingRun } from "./ending-run";
import { waitingEnds } from "./inbox";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly accessRuns: Pick<AccessRunStore, "read" | "write" | "keep">;
  }
}

export const pages = {
  order: 35,
  ports: ({ tables, nameOf }) => ({ accessRuns: accessRunStore(tables, nameOf("ledger")) }),
  routes: endingRun,
  inbox: waitingEnds,
} satisfies ConsoleFeature;
