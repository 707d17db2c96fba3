import { PolicyError } from "../../lib/errors";
import { CasesError } from "../cases/case-file";
import { SamplesError } from "../data/csv-table";
import { takeJobs } from "../policies/job-threads";
import { findIn } from "./find";

takeJobs(findIn, [PolicyError, CasesError, SamplesError]);
