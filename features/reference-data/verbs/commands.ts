import { Argument, type Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withFormat, withPairs, withTableNames } from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { profileFilters } from "../../profiles/filters";
import { dataTableNames } from "./data-table";

export function register(data: Command, session: CommandContext): void {
  registerImport(data, session);
  registerExport(data, session);
}

const tableArgument = () => withTableNames(new Argument("<table>", "which"), dataTableNames);
const listOption = "reference-data: this list alone, whose rows then need no column list";

function registerImport(data: Command, session: CommandContext): void {
  const command = withDeployment(data.command("import")).summary("write rows from a CSV or JSON Lines file");
  withExamples(withFormat(command), [
    "table import profiles people.csv",
    "table import reference-data partner-numbers.csv --list extension_PartnerNumber --dry-run",
  ])
    .description(
      "Checks the whole file, then writes row by row what differs. A row that somebody edits meanwhile stays as it is and is listed (exit code 2).\nRows that are not in the file stay, and so do columns that it does not name; an empty cell removes a value.\nRepeat the command to continue after an interruption. The audit trail records who imported how many rows.",
    )
    .addArgument(tableArgument())
    .argument("<file>", "columns: person for profiles; list and value for reference-data; note, expiresAt, and attributes")
    .option("--list <name>", listOption)
    .option("--dry-run", "show what would be written and write nothing")
    .action(async (table, file, options) => (await import("./import")).importData(table, file, options, session));
}

function registerExport(data: Command, session: CommandContext): void {
  const command = withDeployment(data.command("export")).summary("write a table's rows to a file, or to standard output");
  withPairs(
    withExamples(withFormat(withFilters(command, profileFilters), ", else csv"), [
      "table export profiles people.csv",
      "table export reference-data --list extension_PartnerNumber > partner-numbers.csv",
      "table export profiles people.jsonl",
      "table export profiles --problem",
    ]),
    [{ option: "--force", needs: "file" }],
  )
    .description(
      "Writes rows so that table import takes them back. JSON Lines keep numbers, true and false, lists and maps; CSV has texts alone. Of profiles, it says what does not count.",
    )
    .addArgument(tableArgument())
    .argument("[file]", "default: standard output, which - names too")
    .option("--list <name>", listOption)
    .option("--force", "overwrite the file")
    .action(async (table, file, options) => (await import("./export")).exportData(table, file, options, session));
}
