import { Resolver } from "node:dns/promises";
import { endpointVariable } from "../../adapters/aws/environment";
import { knowsZone, ReferralError, saysNoSuchRecord } from "../../adapters/dns/exchanges";

/** The TXT records at a name. `none`: no records, or no such name. `failed`: no conclusive answer. */
export type TextsAnswer =
  | { readonly kind: "found"; readonly texts: readonly string[] }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly why: string };

/** Asks the DNS for the texts at a name, and follows CNAMEs. Returns each text in one piece. Never rejects. */
export type AskTexts = (name: string) => Promise<TextsAnswer>;

/** Time limit of the stand-in for the DNS. */
const TIMEOUT_MS = 3_000;
/** Time limit of the first try. If a packet is lost, the try takes this long. c-ares doubles the limit for each further try. */
const TRY_MS = 1_000;
const TRIES = 3;

/** @param servers addresses of resolvers, with their ports; by default the machine's own */
export function askTexts(servers?: readonly string[]): AskTexts {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  // A long text comes in several strings.
  const ask = async (name: string) => (await resolver.resolveTxt(name)).map((strings) => strings.join(""));
  const assertKnown = async (name: string) => {
    const questions = { askSoa: (zone: string) => resolver.resolveSoa(zone), askCname: (alias: string) => resolver.resolveCname(alias) };
    if (!(await knowsZone(name, questions))) throw new ReferralError();
  };
  return (name) =>
    readAnswer(async () => {
      try {
        const texts = await ask(name);
        // If the name is only an alias, Node throws no error, wherever the alias leads. So an answer without texts is checked.
        if (texts.length === 0) await assertKnown(name);
        return texts;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENODATA") await assertKnown(name);
        throw error;
      }
    });
}

export function askTextsBy(settings: Readonly<Record<string, string | undefined>>): AskTexts {
  const standIn = settings[endpointVariable("dns")];
  return standIn === undefined ? askTexts() : askStandInTexts(standIn);
}

/** Asks the stand-in for the DNS of `npm start`, which returns texts as JSON. */
export function askStandInTexts(standIn: string): AskTexts {
  return (name) =>
    readAnswer(async () => {
      const answer = await fetch(new URL(`/txt/${name}`, standIn), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) throw new Error(`The stand-in answered ${answer.status}.`);
      return (await answer.json()) as readonly string[];
    });
}

async function readAnswer(ask: () => Promise<readonly string[]>): Promise<TextsAnswer> {
  try {
    const texts = await ask();
    return texts.length === 0 ? { kind: "none" } : { kind: "found", texts };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return saysNoSuchRecord(error) ? { kind: "none" } : { kind: "failed", why: code ?? name };
  }
}
