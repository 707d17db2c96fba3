import { findInstance } from "../local-instance";
import { nothingWrong, onMachine } from "./check";

/** With --local: whether the npm start that commands would work on answers. */
export const localCheck = onMachine("local", async ({ options }, signal) => {
  const instance = findInstance(options);
  const mend = "Run npx --no-install entra-gatehouse start in another terminal.";
  if (instance === undefined) return [{ id: "local.not-running", what: "No Gatehouse is running on this machine.", mend }];
  const answers = await fetch(instance.apiUrl, { signal }).then(
    () => true,
    () => false,
  );
  return answers ? nothingWrong : [{ id: "local.silent", what: `The Gatehouse at ${instance.apiUrl} does not answer.`, mend }];
});
