import type { ListedDecision } from "../../../adapters/tables/decisions";
import { mailProviders } from "../../../engine/access-list/mail-providers";
import { grouped } from "../../../engine/grouped";
import { partsOf } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";
import { domainShape, looksClose, looksSame } from "./domain-shape";

/** Refusals that may be a mistake, or somebody's trick. */
export interface Suspects {
  /** Domains of which nobody is on the list and several people came, the most first: a partner's new one? */
  readonly unlisted: readonly { readonly domain: string; readonly people: number }[];
  /** Refused domains that read like one whose people are let in. */
  readonly alike: readonly { readonly domain: string; readonly like: string; readonly people: number }[];
  /** How many there are besides; absent where all are named. */
  readonly more?: number;
}

/** What decisions alone do not tell. */
interface Known {
  /** Domains that the list lets in. */
  readonly listed?: readonly string[];
  /** The step after which somebody at a gate is let in. @default before-create-user everywhere */
  lastStepAt?(gate: string): Step;
}

/** So many people of one domain are no coincidence. */
const SEVERAL = 3;
const MOST = 10;
/** Domains compared with each other: the most frequent. */
const COMPARED = 300;

const anybodys = new Set(mailProviders.flatMap(({ domains }) => domains));

/** Of a person whom no entry speaks of: refused for that, or asked for approval. */
const ofUnlisted: readonly string[] = ["access-list.unlisted", "approval.requested", "approval.pending"];

/** @param decisions of the last day */
export function suspectsIn(
  decisions: readonly ListedDecision[],
  { listed = [], lastStepAt = () => "before-create-user" }: Known = {},
): Suspects {
  const onList = new Set(listed);
  const byDomain = grouped(
    decisions.filter(({ email }) => email !== undefined),
    ({ email }) => partsOf(email ?? "").domain,
  );
  const domains = [...byDomain].map(([domain, some]) => {
    const refused = some.filter(({ verdict }) => verdict === "block");
    return {
      domain,
      people: new Set(refused.map(({ email }) => email)).size,
      // Whoever goes on to a later step may still be refused there.
      areLetIn:
        onList.has(domain) || some.some(({ verdict, step, gate = DEFAULT_GATE }) => verdict === "continue" && step === lastStepAt(gate)),
      areUnlisted: refused.some(({ reasons }) => reasons.some((reason) => ofUnlisted.includes(reason))),
    };
  });
  const refused = domains.filter(({ domain, areLetIn, people }) => !areLetIn && people > 0 && !anybodys.has(domain));
  const letIn = [...new Set([...domains.flatMap(({ domain, areLetIn }) => (areLetIn ? [domain] : [])).slice(0, COMPARED), ...listed])].map(
    (domain) => ({ domain, shape: domainShape(domain) }),
  );
  const byPeople = (a: { people: number }, b: { people: number }) => b.people - a.people;
  const unlisted = refused.filter(({ areUnlisted, people }) => areUnlisted && people >= SEVERAL).sort(byPeople);
  const alike = refused
    .toSorted(byPeople)
    .slice(0, COMPARED)
    .flatMap(({ domain, people }) => {
      const shape = domainShape(domain);
      const same = letIn.find((each) => looksSame(shape, each.shape));
      const like = same ?? letIn.find((each) => looksClose(shape, each.shape));
      return like === undefined ? [] : [{ domain, like: like.domain, people, isSame: same !== undefined }];
    })
    .sort((a, b) => Number(b.isSame) - Number(a.isSame));
  const more = Math.max(unlisted.length - MOST, 0) + Math.max(alike.length - MOST, 0);
  return {
    unlisted: unlisted.slice(0, MOST).map(({ domain, people }) => ({ domain, people })),
    alike: alike.slice(0, MOST).map(({ domain, like, people }) => ({ domain, like, people })),
    ...(more > 0 && { more }),
  };
}
