"""What GDAL says of a file it cannot read, in the words of whoever sent the file (矢量文件的问题). Its own hints name options nobody here can set."""

import re

from etl.model.text import Text

FAULTS: tuple[tuple[str, Text], ...] = (
    ("MAX_OBJ_SIZE", Text(
        "其中有一个要素（一条边界）超过 200 MB，无法读入。请先简化这条边界、坐标保留 6 位小数后再导出，或另存为 GeoPackage（.gpkg，没有这一限制）",
        "one of its features (a single boundary) is larger than 200 MB. Simplify that boundary and keep six decimals of the coordinates, or save the file as a GeoPackage (.gpkg), which has no such limit",
    )),
    ("Too many nested", Text(
        "其中有嵌套过深的对象，不是边界。请用制图软件重新导出",
        "it holds objects nested deeper than any boundary. Export it anew from your mapping program",
    )),
    (r"SHAPE_RESTORE_SHX|Unable to open .*\.shx", Text(
        "缺少同名的 .shx，或它已损坏。Shapefile 需要 .shp、.shx、.dbf 三个文件齐全、同名、放在同一文件夹",
        "its .shx is missing or damaged. A shapefile needs its .shp, .shx and .dbf under one name in one folder",
    )),
    ("Failed to read GeoJSON|JSON parsing error", Text(
        "内容不是完整的 GeoJSON，多半是没有传完或被手工改过。请重新导出或重新复制",
        "it is no complete GeoJSON; most likely it was not copied to its end, or was edited by hand. Export or copy it again",
    )),
    ("not recognized as|file is not a database|malformed|no layer|Invalid|corrupt", Text(
        "内容不是 GeoJSON、GeoPackage、Shapefile 或 FlatGeobuf，或已损坏。请用制图软件打开确认后重新导出",
        "it is no GeoJSON, GeoPackage, shapefile or FlatGeobuf, or it is damaged. Open it in your mapping program and export it anew",
    )),
)  # fmt: skip
PLACE = re.compile(r"At line (\d+), character (\d+)")
HINT = re.compile(r"[^.;]*\b(?:config option|configuration option|open option|driver|prefixing)\b[^.;]*[.;]?", re.I)


def fault_text(error: Exception) -> Text:
    """Why the file cannot be read and what to do about it; GDAL's own words, without its hints, where the fault is a new one."""
    said = str(error)
    for pattern, text in FAULTS:
        if re.search(pattern, said, re.I):
            place = PLACE.search(said)
            is_worth_it = place is not None and pattern.startswith("Failed")
            return Text(f"{text.zh}（第 {place[1]} 行第 {place[2]} 个字符）", f"{text.en} (line {place[1]}, character {place[2]})") if is_worth_it and place else text
    plain = HINT.sub("", said).strip(" ;.")
    return Text(plain, plain)
