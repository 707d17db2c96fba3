import { beforeCreateUser, format, trim } from "entra-gatehouse";

export default beforeCreateUser([format({ city: trim })], { admitsEverybody: "A policy of the tests." });
