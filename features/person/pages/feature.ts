import { required } from "../../../adapters/aws/environment";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import { type EditedRows, editedRows } from "../../../adapters/tables/edited-rows";
import { tables as kinds } from "../../../adapters/tables/tables";
import type { ConsoleFeature } from "../../../console/app/visit";
import type { UnreadableAccountError } from "../../accounts/account";
import { type AccountStore, accountStore } from "../../accounts/store/accounts";
import type { ErasureCall } from "../store/run-erasure";
import { routes as bulk } from "./bulk";
import { endedLately } from "./done";
import { peopleFound } from "./found";
import { personOfDecision } from "./of-decision";
import { routes as peopleRoutes } from "./people";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** The accounts that gates let in. @param tell called with each unreadable row, which is left out; without it, searches throw */
    accounts(tell?: (error: UnreadableAccountError) => void): Omit<AccountStore, "inState" | "remove">;
    /** Starts the function that erases people. It has permissions that the pages lack. */
    readonly erasures: { start(call: ErasureCall): Promise<void> };
    readonly profiles: EditedRows;
  }
}

export const feature = {
  ports: ({ tables, functions, settings, nameOf }) => ({
    accounts: (tell?: (error: UnreadableAccountError) => void) => accountStore(tables, nameOf("accounts"), tell),
    erasures: functions(required(workerEnvironment.personErasureFunction, settings)),
    profiles: editedRows(tables, nameOf("profiles"), kinds.profiles.key),
  }),
  routes: [...peopleRoutes, ...bulk],
  search: peopleFound,
  done: endedLately,
  besideDecision: personOfDecision,
  menu: [{ path: "/people", access: "Reader", name: { en: "People", ko: "사람" }, also: ["/domains/"] }],
} satisfies ConsoleFeature;
