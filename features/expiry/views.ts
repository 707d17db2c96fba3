import type { View } from "../../adapters/operator/view";
import { readNamedAddress } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { readTypedDomain } from "../../engine/meant-entries";
import type { PageSource, Query } from "../../engine/operator/list";
import { splitAddress } from "../../engine/sign-up/email";
import { sameMailbox } from "../../engine/sign-up/spellings";
import { type AccountRow, type AccountState, dropRenewalLink, earliestEnd } from "../accounts/account";
import type { AccountPosition } from "../accounts/store/accounts";
import { readAccounts } from "../accounts/world";
import { accountFilters } from "./filters";

const uses = { accounts: readAccounts };

/** Returns the spellings of a sponsor's address, by any of which a row may name the sponsor. @param typed an address or an ARN */
export function listSponsorSpellings(typed: string): readonly string[] {
  return sameMailbox(readNamedAddress(typed) ?? typed);
}

/** A position in the index of one spelling of the sponsor's address, or of one state. */
interface AccountPlace {
  readonly source: number;
  readonly from?: AccountPosition;
}

/** Accounts in a state, in without one: those first whose access ends first. Whose access was ended comes latest first, if no sponsor is searched. */
export const accountsView = {
  name: "accounts",
  uses,
  filters: accountFilters,
  async source(query, { accounts }): Promise<PageSource<AccountRow, AccountPlace>> {
    const unreadable: string[] = [];
    const store = accounts(({ id }) => unreadable.push(id));
    const { sponsor } = query;
    const state = (query.state ?? "in") as AccountState;
    const sponsors = sponsor === undefined ? [] : listSponsorSpellings(sponsor);
    return {
      async read({ source, from } = { source: 0 }) {
        const spelling = sponsors[source];
        const { items, next } =
          spelling === undefined
            ? await store.pageInState(state, state === "in" ? "soonest-first" : "latest-first", from)
            : await store.pageOfSponsor(spelling, from);
        const place = next !== undefined ? { source, from: next } : source + 1 < sponsors.length ? { source: source + 1 } : undefined;
        return { items, unreadable: unreadable.splice(0), ...(place !== undefined && { next: place }) };
      },
      after: ({ id, endsAt, sponsor: own }) => ({ source: Math.max(sponsors.indexOf(own ?? ""), 0), from: { id, endsAt } }),
      matches: (row) => isMeant(row, query),
    };
  },
  json: dropRenewalLink,
} satisfies View<typeof uses, typeof accountFilters, AccountRow, AccountPlace>;

/** A sponsor, a domain, or a sponsor's people at a domain. */
export interface Whose {
  readonly sponsor?: string | undefined;
  readonly domain?: string | undefined;
}

/** Returns queries that together find all accounts of these people that were not deleted. */
export function listQueries({ sponsor, domain }: Whose): readonly Query<typeof accountFilters>[] {
  return (["in", "disabled"] as const).map((state) => keepGiven({ sponsor, domain, state }));
}

export function describeWhose({ sponsor, domain }: Whose): string {
  return [sponsor, domain].filter((each) => each !== undefined).join(", ");
}

/** True if the account meets all filters but the sponsor's. */
function isMeant(row: AccountRow, { state = "in", domain, endsAfter, endsBefore, from, to }: Query<typeof accountFilters>): boolean {
  const { letInAt, email } = row;
  const until = earliestEnd(row);
  if (row.state !== state) return false;
  if (domain !== undefined && splitAddress(email).domain !== (readTypedDomain(domain) ?? domain)) return false;
  if (endsAfter !== undefined && (until === undefined || new Date(until) < endsAfter)) return false;
  if (endsBefore !== undefined && (until === undefined || new Date(until) > endsBefore)) return false;
  return !(from !== undefined && new Date(letInAt) < from) && !(to !== undefined && new Date(letInAt) > to);
}

export const views = [accountsView];
