import { type TaskStore, taskStore } from "../../../adapters/tables/tasks";
import type { ConsoleFeature } from "../../../console/app/visit";
import { hasRole } from "../../../console/session/roles";
import { listPossibleEmails } from "../../../engine/unmatched";
import { TASK_ASSIGNED, type TaskAssigned } from "../events";
import { type ColleagueStore, colleagueStore } from "../store/colleagues";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly tasks: TaskStore;
    readonly colleagues: ColleagueStore;
    /** Publishes the event, by which the colleague gets a mail. Never rejects. */
    tellAssigned(event: TaskAssigned): Promise<void>;
  }
}

export const pages = {
  order: 90,
  ports: ({ tables, nameOf, publish }) => ({
    tasks: taskStore(tables, nameOf("ledger")),
    colleagues: colleagueStore(tables, nameOf("ledger")),
    tellAssigned: (detail: TaskAssigned) => publish({ type: TASK_ASSIGNED, detail }),
  }),
  routes: [],
  async signedIn({ colleagues }, { subject: id, name, role, userNames = [] }, now) {
    const [email] = listPossibleEmails(userNames);
    if (role !== undefined && hasRole(role, "Reader")) await colleagues.signedIn({ id, name, role, email }, now);
  },
} satisfies ConsoleFeature;
