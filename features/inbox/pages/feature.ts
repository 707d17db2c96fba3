import type { RingingAlarm } from "../../../adapters/aws/alarms";
import { environment } from "../../../adapters/aws/environment";
import { type TaskStore, taskStore } from "../../../adapters/tables/tasks";
import type { ConsoleFeature } from "../../../console/app/visit";
import { HAND_OVER_PATH } from "../../../console/parts/tasks";
import { hasRole } from "../../../console/session/roles";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { TASK_ASSIGNED, type TaskAssigned } from "../../../engine/tasks/event";
import { type ColleagueStore, colleagueStore } from "../../person/store/colleagues";
import { routes as handOver } from "./hand-over";
import { inboxCount, routes as inboxRoutes } from "./inbox";
import { routes as taskChanges } from "./task-changes";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Owners, notes and outcomes of what operators work on. */
    readonly tasks: TaskStore;
    /** The people who sign in here: work can be handed over to them. */
    readonly colleagues: ColleagueStore;
    /** Tells other systems, and by mail the colleague, what was assigned to them. Never rejects. */
    tellAssigned(event: TaskAssigned): Promise<void>;
    /** The stack's alarms that ring now; undefined where there are none to ask for. */
    alarms?(): Promise<readonly RingingAlarm[]>;
  }
}

const handingOver = { path: HAND_OVER_PATH, access: "Approver", name: { en: "Hand over…", ko: "업무 넘기기…" } } as const;

export const feature = {
  ports({ tables, alarms, settings, nameOf, publish }) {
    const alarmStack = settings[environment.alarmStack];
    return {
      tasks: taskStore(tables, nameOf("ledger")),
      colleagues: colleagueStore(tables, nameOf("ledger")),
      tellAssigned: (detail: TaskAssigned) => publish({ type: TASK_ASSIGNED, detail }),
      ...(alarmStack !== undefined && { alarms: () => alarms(alarmStack) }),
    };
  },
  routes: [...inboxRoutes, ...taskChanges, ...handOver],
  menu: [
    {
      ...{ path: "/", access: "Reader", name: { en: "Inbox", ko: "할 일" }, icon: "inbox" },
      count: { name: "inbox", read: async (visit) => (await inboxCount(visit)).toLocaleString(visit.language) },
    },
    { ...handingOver, place: "account" },
  ],
  commands: [{ ...handingOver, icon: "people" }],
  async signedIn({ colleagues }, { subject: id, name, role, userNames = [] }, now) {
    const email = userNames.map(normaliseEmail).find((each) => each !== undefined);
    if (role !== undefined && hasRole(role, "Reader")) await colleagues.signedIn({ id, name, role, email }, now);
  },
} satisfies ConsoleFeature;
