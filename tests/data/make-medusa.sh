#!/bin/sh
# Make medusa/medusa.sql, a small part of a database that MedusaJS 2.21 made and filled: some tables as they are, a few rows of
# each, and what those lead to.
#
# usage: make-medusa.sh MEDUSA_URL SCRATCH_URL > medusa/medusa.sql     SCRATCH_URL: an empty database on any server
set -eu
from=$1
to=$2
tables="product product_type product_collection product_category product_category_product product_tag product_tags
  product_option product_option_value product_variant product_variant_option sales_channel customer customer_address
  customer_group customer_group_customer cart cart_address cart_line_item price_set api_key blog_post review
  loyalty_account product_sales_channel product_variant_price_set publishable_api_key_sales_channel order_cart
  product_product_blog_blog_post product_product_review_review customer_customer_loyalty_loyalty_account
  customer_blog_read link_module_migrations mikro_orm_migrations"

product="SELECT id FROM product ORDER BY id LIMIT 4"
customer="SELECT id FROM customer ORDER BY id LIMIT 3"
# Rows that are taken; a table that is not named gives none.
rows_of() {
    case $1 in
    product) echo "id IN ($product)" ;;
    customer) echo "id IN ($customer)" ;;
    product_variant) echo "product_id IN ($product)" ;;
    product_option) echo "id IN (SELECT o.id FROM product_option o ORDER BY o.id LIMIT 4)" ;;
    sales_channel) echo "true" ;;
    product_sales_channel) echo "product_id IN ($product)" ;;
    product_product_blog_blog_post) echo "product_id IN ($product)" ;;
    blog_post) echo "id IN (SELECT blog_post_id FROM product_product_blog_blog_post WHERE product_id IN ($product))
        OR id IN (SELECT blog_post_id FROM customer_blog_read WHERE customer_id IN ($customer))" ;;
    product_product_review_review) echo "review_id IN (SELECT review_id FROM product_product_review_review
        WHERE product_id IN ($product) ORDER BY review_id LIMIT 10)" ;;
    review) echo "id IN (SELECT review_id FROM product_product_review_review WHERE product_id IN ($product)
        ORDER BY review_id LIMIT 10)" ;;
    customer_customer_loyalty_loyalty_account) echo "customer_id IN ($customer)" ;;
    loyalty_account) echo "id IN (SELECT loyalty_account_id FROM customer_customer_loyalty_loyalty_account
        WHERE customer_id IN ($customer))" ;;
    customer_blog_read) echo "customer_id IN ($customer)" ;;
    link_module_migrations) echo "table_name IN ('$(echo $tables | sed "s/ /','/g")', 'user_rbac_role')" ;;
    mikro_orm_migrations) echo "id <= 2" ;;
    *) echo "false" ;;
    esac
}

options=
for table in $tables; do
    options="$options -t public.$table"
done
pg_dump --schema-only --no-owner --no-privileges $options "$from" | psql -q -X -v ON_ERROR_STOP=1 "$to" >/dev/null
for table in $tables; do
    psql -q -X -c "COPY (SELECT * FROM $table WHERE $(rows_of "$table" | tr '\n' ' ')) TO STDOUT" "$from" |
        psql -q -X -v ON_ERROR_STOP=1 -c "SET session_replication_role = replica" -c "COPY $table FROM STDIN" "$to"
done
pg_dump --inserts --no-owner --no-privileges --no-comments "$to" |
    sed -e '/^--/d' -e '/^SET /d' -e '/^SELECT pg_catalog.set_config/d' -e '/^$/d' -e '/^\\/d'
