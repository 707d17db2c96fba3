import type { Visit } from "../../../console/app/visit";
import { BackLink, refusalPage } from "../../../console/parts/back-link";
import { exportFile } from "../../../console/parts/exported-file";
import { pathOfPerson } from "../../../console/parts/links";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { readClock } from "../../../engine/zone-time";
import { type ExportPlace, exportPerson } from "../acts";
import { peopleTexts } from "./people-texts";
import { nobodyPage } from "./person-parts";
import { readKeptPerson } from "./read-person";
import { whosePage } from "./whose-data";

/**
 * Returns everything as one file, in the command's format: one JSON object a line. If that is too large for one answer, or if something is
 * left out, returns the page that lists its parts.
 */
export async function handOutPerson(visit: Visit): Promise<Response> {
  const asking = whosePage(visit, "export");
  if (asking !== undefined) return await asking;
  const keptPerson = await readKeptPerson(visit);
  if (keptPerson === undefined) return await nobodyPage(visit);
  const back = { path: pathOfPerson(keptPerson.asked), text: frameTexts.person };
  const result = await visit.carryOut(exportPerson, { target: keptPerson.named, input: {}, answered: "all" });
  if (result.kind === "changed") return visit.goTo(back.path);
  const leftOut = result.concerns.map(({ text }) => visible(text(momentText)));
  if (result.kind === "stopped")
    return await refusalPage(visit, { title: peopleTexts.exportWords.title, why: leftOut.join(" "), back, status: 409 });
  const { outcome } = result;
  return await exportFile<ExportPlace>(visit, {
    ...outcome.entry,
    name: `person-${readClock(visit.now, visit.zone).day}`,
    ending: "jsonl",
    words: peopleTexts.exportWords,
    leftOut,
    command: "npm run --silent gate -- person export <address> > person.jsonl",
    back: <BackLink {...back} />,
    async *pages(from) {
      for await (const { records, unreadable, next } of outcome.pages(from))
        yield { text: records.map((record) => `${JSON.stringify(record)}\n`).join(""), rows: records.length, unreadable, next };
    },
  });
}
