import { environment, required } from "../../../adapters/aws/environment";
import { type EditedRows, editedRows } from "../../../adapters/tables/edited-rows";
import { tables as kinds } from "../../../adapters/tables/tables";
import type { ConsoleFeature } from "../../../console/app/visit";
import type { UnreadableAccountError } from "../../expiry/account";
import { type AccessRunStore, accessRunStore } from "../../expiry/store/access-runs";
import { type AccountStore, accountStore } from "../../expiry/store/accounts";
import type { ErasureCall } from "../store/run-erasure";
import { routes as bulk } from "./bulk";
import { routes as endingRun } from "./ending-run";
import { peopleFound } from "./found";
import { routes as guests, sponsoredGuests } from "./guests";
import { waitingEnds } from "./inbox";
import { personOfDecision } from "./of-decision";
import { routes as peopleRoutes } from "./people";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** The accounts that gates let in. @param tell called with each row that cannot be read, which searches leave out; without it, they throw */
    accounts(tell?: (error: UnreadableAccountError) => void): Omit<AccountStore, "inState" | "remove">;
    /** What the worker that ends access did, and whether a run waits for a person. */
    readonly accessRuns: Pick<AccessRunStore, "read" | "write" | "keep">;
    /** Starts the function that erases people. It has permissions that the pages lack. */
    readonly erasures: { start(call: ErasureCall): Promise<void> };
    readonly profiles: EditedRows;
  }
}

export const feature = {
  ports: ({ tables, functions, settings, nameOf }) => ({
    accounts: (tell?: (error: UnreadableAccountError) => void) => accountStore(tables, nameOf("accounts"), tell),
    accessRuns: accessRunStore(tables, nameOf("ledger")),
    erasures: functions(required(environment.personErasureFunction, settings)),
    profiles: editedRows(tables, nameOf("profiles"), kinds.profiles.key),
  }),
  routes: [...peopleRoutes, ...bulk, ...endingRun, ...guests],
  inbox: waitingEnds,
  search: peopleFound,
  besideMyApprovals: sponsoredGuests,
  besideDecision: personOfDecision,
  menu: [{ path: "/people", access: "Reader", name: { en: "People", ko: "사람" } }],
} satisfies ConsoleFeature;
