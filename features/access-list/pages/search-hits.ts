import { type Item, toRow } from "../../../adapters/tables/item";
import type { NamedHit, SearchHit, SearchSource, Visit } from "../../../console/app/visit";
import { shortenText } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { isOfIncident } from "../change-set";
import { type ListEffect, readEntry, readListEffect, readTypedKeys } from "../entry";
import { candidates } from "../match";
import { isSuspended, readRow } from "../row";
import { entryPath, NEW_ENTRY_PATH } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { setPath, whatText } from "./change-set-parts";
import { denyingGates } from "./tally";

/** Limit of the newest changes in a search such as "undo import". */
const SEARCHED_SETS = 100;
const SHOWN_SETS = 5;
const PER_SHARD = 5;

/** Finds entries by their key or its beginning, and finds changes. */
export const entriesFound: SearchSource = {
  named: findByEntry,
  async group({ world, now }, { words, ofPeople, exact }) {
    if (ofPeople) return undefined;
    const { rows } = await world.accessList.inOrder("entry", { prefix: words.toLowerCase().slice(0, 200), perShard: PER_SHARD });
    const others = rows.filter(({ item }) => !exact.some(({ name }) => name === item.entry?.S));
    const hits = others.map(({ item }): SearchHit => {
      const entry = String(item.entry?.S);
      return { path: entryPath(entry), name: entry, icon: "list", ...describeEffect(effectNow(item, now)) };
    });
    return { name: frameTexts.accessList, rank: 2, found: hits };
  },
  /** Finds changes for a search such as "undo import". The change's page shows the effect before the undo. */
  async asked({ world, may }, [verb = "", ...words]) {
    const begins = frameTexts.undo.toLowerCase().split(" ")[0];
    if (!may("Administrator") || !["undo", begins].includes(verb)) return [];
    const { sets } = await world.changes.page(undefined, SEARCHED_SETS);
    const hits = sets
      .filter((changeSet) => changeSet.revertedBy === undefined && !isOfIncident(changeSet))
      .map(
        (changeSet): SearchHit => ({
          path: setPath(changeSet.id),
          name: `${frameTexts.undo}: ${whatText(changeSet)}`,
          at: changeSet.at,
          icon: "changed",
        }),
      );
    return hits.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, SHOWN_SETS);
  },
  /**
   * Offers to allow, refer or deny the domain. Omits the effect that its entry already has, the allow of a look-alike, and an approval that
   * asks nobody.
   */
  async ofDomain(visit, domain) {
    const { world, may } = visit;
    if (!may("Administrator")) return [];
    const [alike, item] = await Promise.all([world.alike.lookAlikesOf([domain]), world.accessList.get(domain)]);
    const [effect, shown] = [readListEffect(effectNow(item, visit.now)), shortenText(domain, 80)];
    const asksNobody = denyingGates(visit, { entry: domain, effect: "approval" }) !== undefined;
    const hits: readonly (SearchHit | false)[] = [
      effect !== "allow" && !alike.has(domain) && { path: newPath(domain), name: t.allowDomain(shown), icon: "allow", tone: "good" },
      effect !== "approval" &&
        !asksNobody && {
          path: newPath(domain, "approval"),
          name: `${accessListTexts.acts.approval(shown)}…`,
          icon: "approvals",
          tone: "asked",
        },
      effect !== "deny" && { path: newPath(domain, "deny"), name: `${accessListTexts.acts.deny(shown)}…`, icon: "deny", tone: "bad" },
    ];
    return hits.filter((searchHit) => searchHit !== false);
  },
};

/** @default allow */
function newPath(domain: string, effect?: ListEffect): string {
  return `${NEW_ENTRY_PATH}?${new URLSearchParams({ entry: domain, ...(effect && { effect }) })}`;
}

/** The row's effect as stored, or `allow` while the row lets people in instead. */
export function effectNow(item: Item | undefined, now: Date): string | undefined {
  return item !== undefined && isSuspended(readRow(toRow(item)), now) ? "allow" : item?.effect?.S;
}

/** Returns how a search shows an effect. Undefined if the text is not an effect. */
export function describeEffect(text: string | undefined): Pick<SearchHit, "note" | "tone"> | undefined {
  const effect = readListEffect(text);
  if (effect === "allow") return { note: t.allowed, tone: "good" };
  if (effect === "approval") return { note: t.waits, tone: "asked" };
  return effect === "deny" ? { note: t.denied, tone: "bad" } : undefined;
}

async function findByEntry({ world }: Visit, text: string): Promise<readonly NamedHit[]> {
  const read = readEntry(text);
  // For an address, the search finds the person, and the person's page shows the entry.
  if (read.ok && read.entry.kind === "address") return [];
  // The entries that cover everyone at a domain are shown if the domain has no entry of its own.
  const covering = read.ok && read.entry.kind === "domain" ? candidates({ email: `anybody@${read.entry.domain}`, identities: [] }, []) : [];
  const [own, wide] = await Promise.all([
    world.accessList.many([...new Set([text, ...readTypedKeys(text)])]),
    world.accessList.many(covering.flatMap(({ level, key }) => (level === "domain" || level === "wildcard" ? [key] : []))),
  ]);
  const itemsByEntry = own.size > 0 ? own : wide;
  return [...itemsByEntry.keys()].map((entry) => ({ rank: 4, path: entryPath(entry), name: entry, note: t.entry, icon: "list" }));
}

const t = pageTexts({
  allowed: ["allowed", "허용됨"],
  waits: ["needs approval", "승인 필요"],
  denied: ["denied", "거부됨"],
  entry: ["entry of the access list", "접근 목록 항목"],
  allowDomain: [(domain: string) => `Allow ${domain} until…`, (domain) => `${domain} 기한을 정해 허용…`],
});
