import type { ListedDecision } from "../../../adapters/tables/decisions";
import { isMailProvider } from "../../../engine/access-list/free-mail";
import { grouped } from "../../../engine/grouped";
import { partsOf } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";

/** Refusals that may be a mistake, or somebody's trick. */
export interface Suspects {
  /** Domains of which nobody is on the list and several people came, the most first: a partner's new one? */
  readonly unlisted: readonly { readonly domain: string; readonly people: number }[];
  /** Refused domains that read like one whose people are let in. */
  readonly alike: readonly { readonly domain: string; readonly like: string; readonly people: number }[];
  /** How many there are besides; absent where all are named. */
  readonly more?: number;
}

/** So many people of one domain are no coincidence. */
const SEVERAL = 3;
const MOST = 10;
/** Domains compared with known ones: of the most people. */
const COMPARED = 100;

/** Of a person without an entry. Who was asked for approval waits in a group of their own. */
const UNLISTED = "access-list.unlisted";

/** What each refused domain looks like, by the index of known domains. */
type Alike = ReadonlyMap<string, readonly { readonly like: string }[]>;

/** @param decisions of the last day @param lookAlikesOf of some domains */
export async function suspectsIn(
  decisions: readonly ListedDecision[],
  lookAlikesOf: (domains: readonly string[]) => Promise<Alike>,
  lastStepAt: (gate: string) => Step = () => "before-create-user",
): Promise<Suspects> {
  const byDomain = grouped(
    decisions.filter(({ email }) => email !== undefined),
    ({ email }) => partsOf(email ?? "").domain,
  );
  const refused = [...byDomain]
    .flatMap(([domain, some]) => {
      const stopped = some.filter(({ verdict }) => verdict === "block");
      const people = new Set(stopped.map(({ email }) => email)).size;
      // A person who continues to a later step may still be refused there.
      const areLetIn = some.some(({ verdict, step, gate = DEFAULT_GATE }) => verdict === "continue" && step === lastStepAt(gate));
      const areUnlisted = stopped.some(({ reasons }) => reasons.includes(UNLISTED));
      return areLetIn || people === 0 || isMailProvider(domain) ? [] : [{ domain, people, areUnlisted }];
    })
    .sort((a, b) => b.people - a.people)
    .slice(0, COMPARED);
  const looks = await lookAlikesOf(refused.map(({ domain }) => domain));
  const alike = refused.flatMap(({ domain, people }) => {
    const [first] = looks.get(domain) ?? [];
    return first === undefined ? [] : [{ domain, like: first.like, people }];
  });
  const unlisted = refused.filter(({ domain, areUnlisted, people }) => areUnlisted && people >= SEVERAL && !looks.has(domain));
  const more = Math.max(unlisted.length - MOST, 0) + Math.max(alike.length - MOST, 0);
  return {
    unlisted: unlisted.slice(0, MOST).map(({ domain, people }) => ({ domain, people })),
    alike: alike.slice(0, MOST),
    ...(more > 0 && { more }),
  };
}
