/* The catalog drawn: modules as islands (clusters) of their models, links as bridges between them. Pure; append to a
 * buffer. */
#ifndef WEFT_MODEL_PICTURE_H
#define WEFT_MODEL_PICTURE_H

#include "base/buf.h"
#include "model/catalog.h"

/* Graphviz DOT, good enough for a README when drawn as SVG. */
void weft_catalog_write_dot(const weft_catalog *catalog, weft_buf *buf);
/* A mermaid flowchart. */
void weft_catalog_write_mermaid(const weft_catalog *catalog, weft_buf *buf);
/* {"stores":[…],"modules":[{"name","store","models":[…]}],"links":[{"name","left","right","table","store",…}]} */
void weft_catalog_write_json(const weft_catalog *catalog, weft_buf *buf);
/* One entity:
 * {"entity","plural","module","store","table","key":[…],"fields":[{"name","type","nullable",…}],"edges":[…]}. */
void weft_model_write_json(const weft_model *model, weft_buf *buf);

#endif
