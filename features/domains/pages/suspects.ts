import { isMailProvider } from "../../../engine/free-mail";
import type { DomainFigures } from "../../../features/counts/store/domain-counts";

/** A domain whose people were refused, perhaps by mistake, perhaps as a trick. */
export interface Suspect extends DomainFigures {
  readonly domain: string;
  /** The known domain that it reads like. Without it, nobody of the domain is on the list and several people came: a partner's new one? */
  readonly like?: string;
}

/** This many people of one domain are no coincidence. */
const SEVERAL = 3;
/** Of each kind. */
const MOST = 10;
/** The reason of a person without an entry. People who were asked for approval wait in a group of their own. */
const UNLISTED = "access-list.unlisted";

/** What each refused domain looks like, by the index of known domains. */
type Alike = ReadonlyMap<string, readonly { readonly like: string }[]>;

/** @param counted the domains with the most refused people @param lookAlikesOf of some domains */
export async function suspectsIn(
  counted: readonly (DomainFigures & { readonly domain: string })[],
  lookAlikesOf: (domains: readonly string[]) => Promise<Alike>,
): Promise<readonly Suspect[]> {
  const refused = counted.filter(({ domain, refused, answers }) => refused > 0 && answers.continue === 0 && !isMailProvider(domain));
  const looks = await lookAlikesOf(refused.map(({ domain }) => domain));
  const alike = refused.flatMap((each) => (looks.get(each.domain) ?? []).slice(0, 1).map(({ like }) => ({ ...each, like })));
  const unlisted = refused.filter(
    ({ domain, refused, reasons }) => refused >= SEVERAL && !looks.has(domain) && reasons.some(({ reason }) => reason === UNLISTED),
  );
  return [...alike.slice(0, MOST), ...unlisted.slice(0, MOST)];
}
