import type { UserFlowChange } from "./changes";

/** What a change is made to. */
export function objectOf(change: UserFlowChange): string {
  switch (change.action) {
    case "create connector":
      return `${change.name}, ${change.url}`;
    case "update connector":
      return [
        change.name,
        ...(change.url === undefined ? [] : [change.url]),
        ...(change.credentials ? ["user name and password"] : []),
      ].join(", ");
    case "delete connector":
      return change.name;
    case "collect attribute":
    case "stop collecting":
      return change.attribute.id;
    case "link":
      return `${change.step}: ${change.name}`;
    case "unlink":
      return change.step;
  }
}

/** A change, as what is wrong without it. */
export function findingOf(change: UserFlowChange): string {
  const { action, why } = change;
  switch (action) {
    case "create connector":
      return `There is no connector ${change.name}`;
    case "collect attribute":
      return `The flow does not collect ${change.attribute.id}, though the policy sets it`;
    case "link":
      return `${change.step} should call ${change.name}; ${why}`;
    default:
      return `${objectOf(change)}: ${why}`;
  }
}
