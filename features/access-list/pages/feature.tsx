import { workerEnvironment } from "../../../adapters/aws/environment";
import { makeMember } from "../../../adapters/operator/world";
import { isMomentId } from "../../../adapters/system";
import { consoleVariables } from "../../../console/app/ports";
import type { ConsoleFeature } from "../../../console/app/visit";
import { trailTexts } from "../../../console/texts/trail-texts";
import type { AuditEntry } from "../../audit/chain";
import { isRow, type TrailedRows } from "../../audit/pages/trailed-rows";
import type { LookAlikes } from "../../look-alikes/store";
import { readListEffect } from "../entry";
import type { EditedList, Flips } from "../flips";
import type { AccessListStore } from "../store/access-list";
import type { ChangeSetStore } from "../store/change-sets";
import { type PeopleOfEntries, peopleOfEntries } from "../store/entry-people";
import { createLookAlikes } from "../store/look-alikes";
import type { ProposalStore } from "../store/proposals";
import type { EditPorts, SetRequests } from "../store/run";
import { accessList, listChanges, listEdits, proposals } from "../world";
import { routes as file } from "./access-list-file";
import { entryPath, NEW_ENTRY_PATH, PROPOSALS_PATH, proposalPath, rowProblemText, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { routes as bulkEdit } from "./bulk-edit";
import { changeSetTexts, renderWrittenSet, setPath } from "./change-set-parts";
import { routes as changeSets, describedEdits, isOfProposal } from "./change-sets";
import { routes as entryForm } from "./entry-form";
import { SetsOfEntries } from "./entry-links";
import { findListTasks, readDoneEdits } from "./inbox";
import { routes as list } from "./list-view";
import { routes as proposalRoutes } from "./proposals";
import { entriesFound } from "./search-hits";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly accessList: AccessListStore;
    readonly changes: ChangeSetStore;
    readonly proposals: ProposalStore;
    readonly listEdits: EditPorts;
    /** Absent if the console has no requests for approval. */
    readonly requestsOfSets?: SetRequests;
    /** Starts the worker that goes on with long edits. Absent if there is none: then the page goes on itself. */
    readonly listWork?: { start(call: object): Promise<void> } | undefined;
    readonly secondPerson?: boolean;
    /** Approximate number of people on whom each entry decided lately. */
    readonly peopleOfEntries: PeopleOfEntries;
    readonly alike: LookAlikes;
    /** Replays the newest decisions. Absent if no function can do that. */
    readonly flipsOfEdit?: (editedList: EditedList, world: ConsolePorts, now: Date) => Promise<Flips>;
  }
}

function stripActionPrefix(action: string): string {
  return action.slice("access-list.".length);
}

const trailedList: TrailedRows = {
  table: "access-list",
  pathOf({ action, set, count = 1, subject }: AuditEntry) {
    const what = stripActionPrefix(action);
    if (set !== undefined && count > 1) return setPath(set);
    if (what === "samples-loaded") return writtenList.path;
    if (!isOfProposal(action)) return undefined;
    return isMomentId(subject) ? proposalPath(subject) : PROPOSALS_PATH;
  },
  // A long edit has an entry for its beginning and one for its end.
  actOf: ({ action, set }) =>
    set !== undefined && stripActionPrefix(action).startsWith("set-") ? { act: `set ${set}`, set: undefined } : undefined,
  // Changes of the list's rows also show an operator's own columns. Gatehouse's other records have no such columns.
  onlyNamed: ({ action }) => !isRow(stripActionPrefix(action)),
  described: describedEdits,
  // Each visitor reads the names in their own language.
  get names() {
    return { ...accessListTexts.names, ...changeSetTexts.members };
  },
  cellText(visit, name, text, row) {
    if (name in changeSetTexts.members && text === "0") return "";
    if (name === "problem") return rowProblemText(visit, row);
    if (name !== "effect" || text === "") return undefined;
    const effect = readListEffect(text);
    return effect === undefined ? accessListTexts.noEffect(text) : accessListTexts.names[effect];
  },
  telling: ["effect"],
  written: renderWrittenSet,
  ofRow: (visit, entry) => SetsOfEntries({ visit, entries: [entry], title: trailTexts.batches }),
};

export const pages = {
  order: 25,
  ports({ tables, clock, functions, settings, shared, nameOf }) {
    const now = () => new Date(clock.now());
    const { place } = shared;
    const worker = settings[workerEnvironment.listWorkerFunction];
    return {
      accessList: makeMember(accessList, place),
      changes: makeMember(listChanges, place),
      proposals: makeMember(proposals, place),
      listEdits: makeMember(listEdits, place),
      listWork: worker === undefined ? undefined : functions(worker),
      secondPerson: settings[consoleVariables.consoleSecondPerson] === "dangerous",
      peopleOfEntries: peopleOfEntries(tables, nameOf("ledger"), shared.hashes, now),
      alike: createLookAlikes(tables, nameOf, now),
    };
  },
  routes: [...list, ...entryForm, ...bulkEdit, ...file, ...changeSets, ...proposalRoutes],
  commands: [
    { path: NEW_ENTRY_PATH, access: "Administrator", name: { en: "Add an entry…", ko: "항목 추가…" }, icon: "add" },
    { path: "/access-list/import", access: "Administrator", name: { en: "Import a file…", ko: "파일 가져오기…" }, icon: "import" },
    {
      ...{ path: "/access-list/export.csv", access: "Reader", icon: "export" },
      name: { en: "Export the access list", ko: "접근 목록 내보내기" },
    },
  ],
  rowPages: { "access-list": entryPath },
  trailed: trailedList,
  inbox: findListTasks,
  done: readDoneEdits,
  search: entriesFound,
  menu: [{ path: "/access-list", access: "Reader", name: { en: "Access list", ko: "접근 목록" }, icon: "list" }],
} satisfies ConsoleFeature;
