import { type Act, type Concern, readEach } from "../../adapters/operator/act";
import { computeRowVersion, toRow } from "../../adapters/tables/item";
import { findMeantDomain } from "../../engine/meant-entries";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type PartnerRow, wrongPartnerColumn } from "../access-list/partner";
import type { AuditEntry } from "../audit/chain";
import { readTrail, trail } from "../audit/world";
import { newPartnerDomain, type PartnerFlaw, partnerDomain } from "./entries";
import { addDomain, checkPartner, putBackPartner, removeDomain } from "./store/changes";
import { wouldLetIn } from "./store/entries";
import type { FoundPartner } from "./store/partners";
import { partnerSubject } from "./store/rows";
import { partnerWords } from "./words";
import { ask, list, partners, readPartner } from "./world";

/** Time within which a removal can be undone. Later, others rely on the removal. */
const UNDO_MS = MS_PER_DAY;

const may = "Administrator";
const { concerns: words } = partnerWords;

/** What the acts read of a domain that an operator typed. Without a domain, nothing was read. */
interface PartnerState extends FoundPartner {
  readonly domain: string;
  readonly flaw?: PartnerFlaw;
}

async function readState(
  typed: string,
  { partners }: { readonly partners: { found(domain: string): Promise<FoundPartner> } },
): Promise<PartnerState> {
  const domain = partnerDomain(typed);
  if (domain === undefined) return { domain: typed, flaw: "no-domain", stored: undefined, row: undefined };
  return { domain, ...(await partners.found(domain)) };
}

function noDomain(typedText: string): Concern {
  return { code: "no-domain", weight: "refused", text: (time) => words["no-domain"](time, findMeantDomain(typedText)) };
}

/** A row that cannot be read speaks against every act but its removal. */
function concernsOfRow({ domain, stored, row, flaw }: PartnerState): readonly Concern[] {
  if (flaw === "no-domain") return [noDomain(domain)];
  const column = stored && row === undefined ? wrongPartnerColumn(toRow(stored)) : undefined;
  return column === undefined ? [] : [{ code: "unreadable", weight: "refused", text: (time) => words.unreadable(time, column) }];
}

const addUses = { partners, trail };

/** Adds a domain with a new record, or one that had lapsed. The operator who added a pending domain gets its row again. */
export const addPartner: Act<typeof addUses, string, object, PartnerState, PartnerRow> = {
  ...{ name: "partners.add", may, uses: addUses },
  read: readEach(async (typed, world) => {
    const read = newPartnerDomain(typed, false);
    return { ...(await readState(typed, world)), ...("flaw" in read && { flaw: read.flaw }) };
  }),
  concerns(state, _, { by, name = by }) {
    const { flaw, row } = state;
    const concerns: Concern[] = [...concernsOfRow(state)];
    if (flaw === "mail-provider") concerns.push({ code: flaw, weight: "refused", text: words[flaw] });
    if (flaw === "doubtful") concerns.push({ code: flaw, weight: "asked", text: words.doubtful });
    if (row !== undefined && row.state !== "lapsed") {
      // The operator who added the domain may ask for its record again.
      const isAgain = row.state === "pending" && row.by === name;
      concerns.push({ code: "there", weight: isAgain ? "shown" : "refused", text: (time) => words.there(time, row.by, row.addedAt) });
    }
    return concerns;
  },
  async perform({ domain, row }, _, world, { actor, now }) {
    return row?.state === "pending" ? row : await addDomain(world, { domain, before: row }, actor, now);
  },
};

const checkUses = { partners, trail, list, ask };

/** Looks for a partner's TXT record and records the result. The outcome is the row after the check. */
export const checkDomain: Act<typeof checkUses, string, object, PartnerState, PartnerRow> = {
  ...{ name: "partners.check", may, uses: checkUses },
  read: readEach(readState),
  concerns(state) {
    const { row } = state;
    const concerns = concernsOfRow(state);
    if (concerns.length > 0 || (row !== undefined && row.state !== "lapsed")) return concerns;
    if (row === undefined) return [{ code: "missing", weight: "refused", text: words.missing }];
    return [{ code: "lapsed", weight: "refused", text: (time) => words.lapsed(time, row.since) }];
  },
  perform: async ({ row }, _, world, { actor, now }) => row && (await checkPartner(world, row, actor, now)),
};

const showUses = { partners: readPartner };

/** Shows a partner's row and record, as `partners show`. */
export const showDomain: Act<typeof showUses, string, object, PartnerState, PartnerRow> = {
  ...{ name: "partners.show", may: "Reader", uses: showUses },
  read: readEach(readState),
  concerns(state) {
    const concerns = concernsOfRow(state);
    return concerns.length > 0 || state.row !== undefined ? concerns : [{ code: "missing", weight: "refused", text: words.missing }];
  },
  perform: async ({ row }) => row,
};

const removeUses = { partners, trail, list };

interface RemovedState extends PartnerState {
  /** Number of entries that let people in and have outlived the row, which somebody deleted. */
  readonly entries: number;
}

/** Removes a domain and ends its contacts' allows, also if its row cannot be read or is gone. The outcome is the domain. */
export const removePartner: Act<typeof removeUses, string, object, RemovedState, string> = {
  ...{ name: "partners.remove", may, uses: removeUses },
  read: readEach(async (typed, world, { now }) => {
    const state = await readState(typed, world);
    const left = state.stored !== undefined || state.flaw !== undefined ? [] : await world.list.ofPartner(state.domain);
    return { ...state, entries: left.filter((item) => wouldLetIn(item, now)).length };
  }),
  version: ({ stored }) => (stored === undefined ? "" : computeRowVersion(stored)),
  concerns({ domain, flaw, stored, entries }) {
    if (flaw === "no-domain") return [noDomain(domain)];
    if (stored === undefined && entries === 0) return [{ code: "missing", weight: "refused", text: words.missing }];
    return [{ code: "removes", weight: "asked", text: () => (stored === undefined ? words.leaves(entries) : words.removes) }];
  },
  perform: async ({ domain, stored }, _, world, { actor, now }) =>
    (await removeDomain(world, domain, stored, actor, now)) ? domain : undefined,
};

const undoUses = { partners, trail, readTrail };

/** Puts a domain back that was removed in the last day, with its record. */
export const undoRemoval: Act<typeof undoUses, string, object, { readonly domain: string; readonly last: AuditEntry | undefined }, string> =
  {
    ...{ name: "partners.undo", may, uses: undoUses },
    read: readEach(async (domain, { readTrail }) => ({
      domain,
      last: (await readTrail.page({ subject: partnerSubject(domain) }, undefined, 1)).entries[0],
    })),
    concerns: () => [],
    async perform({ domain, last }, _, world, { actor, now }) {
      if (last === undefined || last.after !== undefined || now.getTime() - Date.parse(last.at) >= UNDO_MS) return undefined;
      return (await putBackPartner(world, last.before, actor, now)) ? domain : undefined;
    },
  };

export const acts = [addPartner, checkDomain, showDomain, removePartner, undoRemoval];
