import type { RingingAlarm } from "../../../adapters/aws/alarms";
import { environment } from "../../../adapters/aws/environment";
import type { ConsoleFeature } from "../../../console/app/visit";
import { HAND_OVER_PATH } from "../../../console/parts/tasks";
import { routes as handOver } from "./hand-over";
import { inboxCount, routes as inboxRoutes } from "./inbox";
import { routes as taskChanges } from "./task-changes";
import { routes as turnedAway } from "./turned-away";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** The stack's alarms that ring now; undefined where there are none to ask for. */
    alarms?(): Promise<readonly RingingAlarm[]>;
  }
}

const handingOver = { path: HAND_OVER_PATH, access: "Approver", name: { en: "Assign my work…", ko: "내 업무 담당자 지정…" } } as const;

export const feature = {
  ports({ alarms, settings }) {
    const alarmStack = settings[environment.alarmStack];
    return alarmStack === undefined ? {} : { alarms: () => alarms(alarmStack) };
  },
  routes: [...inboxRoutes, ...taskChanges, ...handOver, ...turnedAway],
  menu: [
    {
      ...{ path: "/", access: "Reader", name: { en: "Inbox", ko: "할 일" }, icon: "inbox" },
      count: { name: "inbox", read: async (visit) => (await inboxCount(visit)).toLocaleString(visit.language) },
    },
    { ...handingOver, place: "account" },
  ],
  commands: [{ ...handingOver, icon: "people" }],
} satisfies ConsoleFeature;
