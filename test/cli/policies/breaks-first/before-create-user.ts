import { assign, beforeCreateUser } from "entra-gatehouse";

/** Lets everyone through, after a step that fails. */
export default beforeCreateUser([assign({ country: "KR" })], { admitsEverybody: "A policy of the tests." });
