import { makeMember } from "../../../adapters/operator/world";
import type { Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { type ExportedFile, exportFile } from "../../../console/parts/exported-file";
import { pathOfPerson } from "../../../console/parts/links";
import { frameTexts } from "../../../console/texts/frame-texts";
import { readClock } from "../../../engine/zone-time";
import { type ExportPlace, exportPersonPages } from "../store/export";
import { personBehind } from "../store/person";
import { personStores } from "../world";
import { peopleTexts } from "./people-texts";
import { nobodyPage } from "./person-parts";
import { type PersonKept, readKeptPerson } from "./read-person";
import { whosePage } from "./whose-data";

/** Returns everything that is kept about a person, in the command's format: one JSON object a line. */
async function personFile(visit: Visit, { asked, named, person }: PersonKept): Promise<ExportedFile<ExportPlace>> {
  const hashes = await visit.world.hashes();
  const stores = makeMember(personStores, visit.world.place);
  return {
    name: `person-${readClock(visit.now, visit.zone).day}`,
    ending: "jsonl",
    action: "person.exported",
    person,
    words: peopleTexts.exportWords,
    command: "npm run --silent gate -- person export <address> > person.jsonl",
    back: <BackLink path={pathOfPerson(asked)} text={frameTexts.person} />,
    async *pages(from) {
      const whole = await personBehind(named, hashes, stores);
      for await (const { records, unreadable, next } of exportPersonPages(whole, stores, from)) {
        yield { text: records.map((record) => `${JSON.stringify(record)}\n`).join(""), rows: records.length, unreadable, next };
      }
    },
  };
}

/** Returns everything as one file or, if that is too large for one answer, the page that lists its parts. */
export async function handOutPerson(visit: Visit): Promise<Response> {
  const asking = whosePage(visit, "export");
  if (asking !== undefined) return await asking;
  const keptPerson = await readKeptPerson(visit);
  return keptPerson === undefined ? await nobodyPage(visit) : await exportFile(visit, await personFile(visit, keptPerson));
}
