import { erasureSubject } from "../../../adapters/person/erasure-job";
import { type ExportPlace, exportedOf } from "../../../adapters/person/export";
import { namedBy, personBehind } from "../../../adapters/person/person";
import type { PersonStores } from "../../../adapters/person/stores";
import type { Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../parts/exported-file";
import { type PersonAsked, personAsked } from "./known-person";
import { peopleTexts } from "./people-texts";
import { accountPath, personPath } from "./person-links";
import { nobodyPage } from "./person-parts";

/** Everything that is kept about a person, as the command prints it: one JSON object a line. */
async function personFile({ world }: Visit, asked: PersonAsked): Promise<ExportedFile<ExportPlace> | undefined> {
  const named = namedBy(asked.email ?? asked.account);
  if (named === undefined) return undefined;
  const hashes = await world.hashes();
  const { accessList: list, changes: changeSets, audit: trail, decisions, approvals, profiles, ledger } = world;
  const stores: PersonStores = { decisions, list, profiles, approvals, ledger, changeSets, trail };
  const query = new URLSearchParams(asked.email === undefined ? { account: asked.account } : { email: asked.email });
  return {
    name: "person",
    ending: "jsonl",
    path: `/people/export.jsonl?${query}`,
    partsPath: `/people/export?${query}`,
    action: "person.exported",
    person: erasureSubject(named, hashes.hashOf),
    async *pages(from) {
      const person = await personBehind(named, hashes, stores);
      for await (const { records, unreadable, next } of exportedOf(person, stores, from)) {
        yield { text: records.map((record) => `${JSON.stringify(record)}\n`).join(""), rows: records.length, unreadable, next };
      }
    },
  };
}

export async function exportPersonFile(visit: Visit): Promise<Response> {
  const asked = await personAsked(visit);
  const file = asked && (await personFile(visit, asked));
  return file === undefined ? await nobodyPage(visit) : await exportFile(visit, file, visit.say(peopleTexts).exportWords);
}

export async function showPersonExport(visit: Visit): Promise<Response> {
  const asked = await personAsked(visit);
  const file = asked && (await personFile(visit, asked));
  if (asked === undefined || file === undefined) return await nobodyPage(visit);
  const path = asked.email === undefined ? accountPath(asked.account) : personPath(asked.email);
  return await showParts(visit, file, {
    words: visit.say(peopleTexts).exportWords,
    back: (
      <p>
        <a href={path}>{visit.say(peopleTexts).title}</a>
      </p>
    ),
  });
}
