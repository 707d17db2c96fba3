import { beforeCreateUser, notDomains } from "entra-gatehouse";

/** People of organisations: no free mail, no throw-away mail, no private relays. */
export default beforeCreateUser([notDomains(["consumer", "disposable", "relay"])]);
