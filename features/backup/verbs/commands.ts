import { type Command, Option } from "commander";
import { tables } from "../../../adapters/tables/tables";
import { type CommandContext, defaultCommand, withDeployment, withExamples, withPairs, withTableNames } from "../../../cli/command";

export function register(backup: Command, session: CommandContext): void {
  registerSave(backup, session);
  registerRestore(backup, session);
}

function registerSave(backup: Command, session: CommandContext): void {
  const save = withDeployment(defaultCommand(backup, "save")).summary("write all tables to a file or to S3");
  withExamples(save, [
    "backup gatehouse-2026-11-20.backup",
    "backup s3://contoso-backups/gatehouse/2026-11-20.backup --passphrase-file passphrase.txt --with-secrets",
    "backup gatehouse.backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudya7a0qvf6gu9 --stage production",
  ])
    .description(
      "Writes all rows of all tables to a file or to S3, compressed and, if you ask for it, encrypted with age. It writes the whole backup or nothing.",
    )
    .argument("<to>", "a file, or s3://bucket/key")
    .option("--passphrase-file <file>", "encrypt with the passphrase in this file")
    .option("--recipient <keys...>", "encrypt for these keys of age (age1…); repeatable")
    .option("--with-secrets", "also back up the stack's secrets: passwords and the key of hashes; needs encryption")
    .option("--force", "overwrite what is there")
    .action(async (to, options) => (await import("./backup")).backup(to, options, session));
}

function registerRestore(backup: Command, session: CommandContext): void {
  const restore = backup.command("restore").summary("put the rows of a backup back");
  const ofBackups = ["--passphrase-file", "--identity", "--another-stack", "--another-key"];
  withPairs(
    withDeployment(restore),
    ofBackups.map((option) => ({ option, not: "--from-table" })),
  );
  withExamples(restore, [
    "backup restore gatehouse-2026-11-20.backup --dry-run",
    "backup restore s3://contoso-backups/gatehouse/2026-11-20.backup --passphrase-file passphrase.txt --with-secrets",
    "backup restore gatehouse.backup --table accessList profiles",
    "backup restore --from-table list-restored --table accessList",
  ])
    .description(
      "Restores the rows of a backup. It first reads the whole backup and shows what it would write; it adds what is missing, and keeps rows that are newer or differ. " +
        "If it is interrupted, repeat the same command to continue.",
    )
    .argument("[from]", "a file, or s3://bucket/key")
    .option("--from-table <name>", "restore from this table instead, such as point-in-time recovery makes; needs --table")
    .addOption(withTableNames(new Option("--table <names...>", "only these tables (default: all)"), Object.keys(tables)))
    .option("--passphrase-file <file>", "the passphrase that the backup was encrypted with")
    .option("--identity <file>", "the secret key of age that the backup was encrypted for, as age-keygen writes it")
    .option("--overwrite", "also write over rows that are newer or differ")
    .option("--with-secrets", "also restore the secrets in the backup: connectors and hashes use them again")
    .option("--another-stack", "the backup may be of another stack")
    .option("--another-key", "the backup may use another key of hashes: people are then not found in its rows")
    .option("--dry-run", "check the backup, show what would be written, and write nothing")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nWith --dry-run: 2 if there is something to restore.")
    .action(async (from, options) => (await import("./restore")).restore(from, options, session));
}
