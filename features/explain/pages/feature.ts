import { system } from "../../../adapters/system";
import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { keepingOut, readShutOuts } from "../../../console/parts/links";
import { gatherPages } from "../../../engine/collections";
import { callsOutside } from "../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { findAccountStanding } from "../../accounts/account";
import type { PersonTrying, TriedWay } from "../../decisions/pages/tried-now";
import { decideDry } from "../dry-run";
import { notCountedText, tryNow } from "../next-try";

async function nextTry(visit: Visit, { email, gate = DEFAULT_GATE, recent }: PersonTrying): Promise<readonly TriedWay[]> {
  const { world, now, language } = visit;
  const hashes = await world.hashes();
  const store = world.readableApprovals();
  const ids = eachHash(hashes).map((hashOf) => buildPersonId(email, hashOf));
  const accountRows = world.accounts(() => {});
  const [requests, accounts, shutOuts] = await Promise.all([
    Promise.all(ids.map((id) => gatherPages(store.byPerson(id)))),
    Promise.all(ids.map((id) => gatherPages(accountRows.byPerson(id)))),
    readShutOuts(visit, [email]),
  ]);
  const account = findAccountStanding(accounts.flat(), keepingOut(shutOuts.get(email)).length > 0, now);
  const policies = world.policiesAt(gate);
  const secret = (name: string) => Promise.reject<string>(new Error(`The console does not read the secret ${name}.`));
  const ports = { read: world.rows.read, secret, ...hashes, ...system, now };
  const tries = await tryNow({
    ...{ email, gate, policies, hashes, now },
    records: { recent, requests: requests.flat() },
    decide: (policy, signUp) => decideDry(policy, signUp, ports),
  });
  const unasked = policies.flatMap(({ rules }) => rules.flatMap((each) => ("shadow" in each || !callsOutside(each) ? [] : [each.name])));
  return tries.map(({ visitor, steps, verdict, notCounted }) => {
    const words = steps.flatMap(({ decision }) => decision.trace);
    return {
      ...{ visitor, account, verdict },
      isInvited: verdict.kind === "continue" && words.some(({ rule, evidence }) => rule === "invited" && evidence?.invitation),
      notCounted: notCounted.map((each) => notCountedText(each, language === "ko" ? "ko" : "en")),
      unasked: [...new Set(unasked)],
    };
  });
}

export const pages = { routes: [], nextTry } satisfies ConsoleFeature;
