/* The walk of the doctor: look at every link, tell what is wrong as it is found, put it right where asked. It opens
 * sessions of its own, short ones, and has no deadline: its length is that of the tables. */
#include "doctor/doctor.h"
#include "engine/engine.h"

weft_code weft_doctor(weft_engine *engine,
                      const weft_doctor_options *options,
                      weft_doctor_summary *ret_summary,
                      weft_error *error)
{
    if (!engine || !options || options->fix > WEFT_DOCTOR_RESTORE) {
        return weft_fail(error, WEFT_MISUSE, "an engine, options and one of the fixes must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "the doctor", error));
    weft_session pattern;
    weft_engine_session(engine, WEFT_TRANSACTION_READ, NULL, &pattern);
    return weft_doctor_run(engine->catalog, options, &pattern, &engine->observer, ret_summary, error);
}
