import { requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { type EditedRows, editedRows } from "../../../adapters/tables/edited-rows";
import { tables as kinds } from "../../../adapters/tables/tables";
import type { ConsoleFeature, ConsoleRoute } from "../../../console/app/visit";
import { SURE } from "../../../console/parts/forms";
import type { ErasureCall } from "../store/erasure-job";
import { BULK_PATH, changePeople, TOLD, undoChange } from "./bulk";
import { postErase, showErase } from "./erase-person";
import { handOutPerson } from "./export-person";
import { guestOffers, offerRoutes } from "./guest-offers";
import { routes as guests, sponsoredGuests } from "./guests";
import { jobRoutes, jobsUnderWay } from "./job-page";
import { endedLately } from "./lifecycle-acts";
import { lifecycleViews } from "./lifecycle-rows";
import { personOfDecision } from "./of-decision";
import { showPeople } from "./people-list";
import { peopleFound } from "./search-hits";
import { postForgetAccount } from "./sign-up-way";
import { whoseCommands } from "./whose-data";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Starts the function that erases people, which has permissions that the pages lack. */
    readonly erasures: { start(call: ErasureCall): Promise<void> };
    readonly profiles: EditedRows;
    /** The function that goes on with acts on many people's access. Undefined if there is none, because no policy ends access. */
    readonly accessWork: { start(call: object): Promise<void> } | undefined;
  }
}

const whoAsks = { email: "any", account: "any" } as const;

const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/people",
    access: "Reader",
    asks: {
      ...whoAsks,
      gate: "gates",
      domain: "any",
      sponsor: "any",
      open: "any",
      set: "any",
      undo: "any",
      q: "any",
      life: lifecycleViews,
      mail: ["returned"],
    },
    handler: showPeople,
  },
  { method: "GET", path: "/people/export.jsonl", access: "Administrator", asks: whoAsks, handler: handOutPerson },
  { method: "GET", path: "/people/erase", access: "Administrator", asks: whoAsks, handler: showErase },
  { method: "POST", path: "/people/forget-account", access: "Administrator", handler: postForgetAccount },
  { method: "POST", path: "/people/erase", access: "Administrator", handler: postErase },
  {
    method: "POST",
    path: BULK_PATH,
    access: "Approver",
    hidden: ["person", "verb", ...Object.keys(SURE), TOLD, "back"],
    handler: changePeople,
  },
  { method: "POST", path: `${BULK_PATH}/undo`, access: "Approver", hidden: ["person", "back"], handler: undoChange },
  ...guests,
  ...offerRoutes,
  ...jobRoutes,
];

function startedBy<T>(functions: (name: string) => T, name: string | undefined): T | undefined {
  return name === undefined ? undefined : functions(name);
}

export const pages = {
  order: 30,
  ports: ({ tables, functions, settings, nameOf }) => ({
    erasures: functions(requireVariable(workerEnvironment.personErasureFunction, settings)),
    profiles: editedRows(tables, nameOf("profiles"), kinds.profiles.key),
    accessWork: startedBy(functions, settings[workerEnvironment.accessWorkerFunction]),
  }),
  routes,
  search: peopleFound,
  commands: [
    {
      ...{ path: "/people?life=in", access: "Approver", icon: "people" },
      name: { en: "Change the sponsor of people…", ko: "사람의 담당자 변경…" },
    },
    ...whoseCommands,
  ],
  done: endedLately,
  inbox: jobsUnderWay,
  besideDecision: personOfDecision,
  besideMyApprovals: async (visit) => [await sponsoredGuests(visit), await guestOffers(visit)],
  menu: [{ path: "/people", access: "Reader", name: { en: "People", ko: "사람" }, also: ["/domains/"] }],
} satisfies ConsoleFeature;
