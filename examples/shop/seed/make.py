#!/usr/bin/env python3
"""Write the demo's data: products, variants, posts, reviews, customers and their links, the same on every machine.

usage: make.py FOLDER [PRODUCTS]
"""
import csv
import json
import os
import random
import sys

WORDS = "linen cotton wool silk denim canvas leather cedar maple copper brass slate river harbour meadow winter".split()
THINGS = "shirt jacket scarf lamp chair table mug bowl bag belt rug blanket notebook kettle clock basket".split()
PEOPLE = "Ada Grace Edsger Barbara Donald Margaret Alan Radia Ken Frances".split()


def write(folder, name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def main():
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    os.makedirs(folder, exist_ok=True)
    chance = random.Random(7)
    products, variants, posts, reviews, customers, accounts = [], [], [], [], [], []
    product_blog, product_review, customer_review, customer_loyalty, related = [], [], [], [], []
    for c in range(max(count // 10, 1)):
        customers.append({"id": f"cus_{c:05}", "name": f"{chance.choice(PEOPLE)} {c}", "email": f"c{c}@example.org"})
        accounts.append({"id": f"loy_{c:05}", "points": chance.randrange(5000), "tier": chance.choice(["basic", "silver", "gold"])})
        customer_loyalty.append([f"cus_{c:05}", f"loy_{c:05}"])
    for p in range(count):
        key = f"prod_{p:05}"
        title = f"{chance.choice(WORDS)} {chance.choice(THINGS)}".capitalize()
        products.append({"id": key, "title": title, "handle": f"{title.lower().replace(' ', '-')}-{p}",
                         "status": "published" if p % 5 else "draft", "metadata": {"color": chance.choice(["sand", "ink", "moss"])}})
        for v, size in enumerate(["S", "M", "L"][:1 + p % 3]):
            variants.append({"id": f"variant_{p:05}_{v}", "title": size, "sku": f"SKU-{p:05}-{size}",
                             "price": f"{chance.randrange(900, 30000) / 100:.2f}", "product_id": key})
        for n in range(chance.choice([0, 1, 1, 2, 3, 6])):
            post = f"post_{len(posts):05}"
            author = chance.choice(PEOPLE)
            posts.append({"id": post, "title": f"How we make the {title.lower()}", "author": author, "status": "published",
                          "published_at": f"2026-{1 + len(posts) % 12:02}-{1 + len(posts) % 28:02}T09:00:00Z",
                          "views": chance.randrange(10000)})
            product_blog.append({"left": key, "right": post, "position": n + 1})
        for _ in range(chance.choice([0, 2, 4, 9])):
            review = f"rev_{len(reviews):05}"
            reviews.append({"id": review, "rating": chance.randrange(1, 6), "body": chance.choice(["Lovely.", "As described.", "Too small."])})
            product_review.append([key, review])
            customer_review.append([chance.choice(customers)["id"], review])
        if p:
            related.append([key, f"prod_{chance.randrange(p):05}"])
    write(folder, "product.ndjson", products)
    write(folder, "product_variant.ndjson", variants)
    write(folder, "blog_post.ndjson", posts)
    write(folder, "review.ndjson", reviews)
    write(folder, "customer.ndjson", customers)
    write(folder, "loyalty_account.ndjson", accounts)
    write(folder, "links-product_blog_post.ndjson", product_blog)
    for name, rows in (("product_review", product_review), ("customer_review", customer_review),
                       ("customer_loyalty_account", customer_loyalty), ("related_products", related)):
        with open(os.path.join(folder, f"links-{name}.csv"), "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["left", "right"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
