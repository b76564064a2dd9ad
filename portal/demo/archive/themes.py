"""What the offices of Sơn Hà wrote about: sentences with gaps, which `places.filled` fills.

Of each matter there are aims, tasks, results and troubles in the papers' own register, what
people said about it at meetings, and what a table of it counts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """A matter that papers are about."""

    matter: str
    """A noun phrase, as it stands after "về"."""
    short: str
    aims: tuple[str, ...]
    tasks: tuple[str, ...]
    results: tuple[str, ...]
    troubles: tuple[str, ...]
    words: tuple[str, ...]
    """What was said at meetings, each a sentence."""
    columns: tuple[str, str]
    """Two figures that a table by commune gives."""


RECORDS = Theme(
    "công tác văn thư, lưu trữ",
    "văn thư, lưu trữ",
    (
        "Đưa hồ sơ, tài liệu hình thành trong hoạt động của các cơ quan vào nền nếp, bảo đảm tra tìm nhanh và an toàn.",
        "Giải quyết dứt điểm tình trạng tài liệu bó gói, tích đống trong các kho tạm ẩm thấp.",
        "Từng bước số hóa tài liệu có giá trị vĩnh viễn để người dân được tiếp cận thuận lợi theo quy định.",
        "Nâng cao trách nhiệm của người đứng đầu cơ quan trong việc lập hồ sơ và giao nộp hồ sơ.",
    ),
    (
        "Thống kê khối lượng tài liệu tồn đọng theo mét giá, phân loại theo từng phông và từng giai đoạn.",
        "Chỉnh lý hoàn chỉnh ít nhất {n} mét giá tài liệu trong năm {nam}, ưu tiên tài liệu về đất đai và nhân sự.",
        "Bố trí phòng kho riêng có giá sắt, hộp bảo quản, máy hút ẩm và phương tiện chữa cháy bằng khí.",
        "Mở {n} lớp bồi dưỡng nghiệp vụ lập hồ sơ cho công chức chuyên môn các phòng và xã.",
        "Rà soát, bổ sung bảng thời hạn bảo quản và trình cấp có thẩm quyền ban hành trước tháng {thang}.",
        "Khử trùng tài liệu bằng phương pháp khô, mỗi năm hai đợt, không dùng hóa chất đã bị cấm.",
    ),
    (
        "Xã {xa} đã lập {n} hồ sơ công việc, bàn giao đủ mục lục cho lưu trữ huyện {huyen} trước thời hạn.",
        "Tại {xa}, {m} hộp tài liệu được vệ sinh, đánh số tờ và xếp lên giá theo đúng phương án phân loại.",
        "Kho lưu trữ đặt tại {xa} tiếp nhận {n} mét giá tài liệu và phục vụ {m} lượt người khai thác.",
        "Tổ chỉnh lý ở {xa} phát hiện {n} bản vẽ địa chính cũ còn nguyên chữ ký và đã lập danh mục riêng.",
        "Công chức văn phòng xã {xa} đã học xong lớp lập hồ sơ, {n} cuốn sổ đăng ký văn bản được ghi đúng mẫu.",
    ),
    (
        "Kho tạm ở {xa} bị dột sau mùa mưa, {n} cặp tài liệu bị ẩm và phải phơi lại từng tờ.",
        "Cán bộ làm văn thư ở {xa} kiêm nhiệm nhiều việc nên hồ sơ năm trước chưa nộp lưu.",
        "Giá sắt cấp cho {xa} còn thiếu {n} mét, tài liệu phải để tạm trên bàn gỗ.",
    ),
    (
        "cần ưu tiên chỉnh lý tài liệu về ruộng đất vì người dân {xa} đến hỏi hằng tuần.",
        "kinh phí {tien} chỉ đủ mua hộp và bìa, chưa có tiền thuê người đánh máy mục lục.",
        "đề nghị tỉnh cử cán bộ xuống {xa} hướng dẫn tại chỗ trong {n} ngày.",
        "tài liệu thời kỳ trước năm 1990 giấy đã giòn, không nên đóng tập bằng dây thép.",
    ),
    ("Hồ sơ", "Mét giá"),
)
LAND = Theme(
    "đo đạc, giao đất và bồi thường khi thu hồi đất",
    "đất đai",
    (
        "Bảo đảm quyền lợi của người có đất thu hồi, công khai phương án đến từng thôn và từng hộ.",
        "Hoàn thành đo đạc bản đồ địa chính để cấp giấy chứng nhận cho các hộ sử dụng đất ổn định.",
        "Bố trí đất ở và đất sản xuất cho các hộ phải di dời khỏi lòng hồ trước mùa mưa bão.",
    ),
    (
        "Kiểm đếm nhà cửa, cây trồng, mồ mả của từng hộ, lập biên bản có chữ ký của chủ hộ và trưởng thôn.",
        "Niêm yết công khai phương án bồi thường tại trụ sở xã {xa} trong thời hạn hai mươi ngày.",
        "Đo đạc lại {m} thửa đất ở xã {xa} do sạt lở bờ sông làm thay đổi ranh giới.",
        "Chi trả tiền bồi thường trực tiếp cho chủ hộ, tổng mức đợt này là {tien}.",
        "San nền khu tái định cư {xa}, mở đường nội bộ dài {km} ki-lô-mét và đào giếng nước chung.",
    ),
    (
        "Xã {xa} đã đo đạc xong {m} thửa, cấp giấy chứng nhận cho {n} hộ và trả lại {n} hồ sơ chưa đủ giấy tờ.",
        "Ở {xa}, {n} hộ đồng ý nhận đất tái định cư, phần lớn xin ở gần ruộng cũ để tiện canh tác.",
        "Ban bồi thường đã trả {tien} cho các hộ ở {xa}, không có hộ nào khiếu nại về diện tích.",
        "Hội đồng kiểm kê tại {xa} ghi nhận {m} gốc quế, {n} ao cá và {n} ngôi mộ phải di dời.",
    ),
    (
        "Ranh giới giữa {xa} và xã bên cạnh còn chồng lấn khoảng {n} héc-ta, hai bên chưa thống nhất.",
        "Một số hộ ở {xa} mua bán bằng giấy viết tay từ lâu nên khó xác định chủ sử dụng.",
        "Giá bồi thường cây quế ở {xa} thấp hơn giá chợ, bà con kiến nghị xem xét lại.",
    ),
    (
        "gia đình tôi khai hoang từ trước, đất ở {xa} chỉ có bờ tre làm mốc.",
        "đề nghị đo lại thửa đất sát bờ suối vì mùa lũ vừa qua nước cuốn mất {n} mét.",
        "các hộ nhất trí di dời nếu có nước sạch và đường xe vào được khu mới.",
        "hộ ông {nguoi} còn vắng mặt, giao thôn báo lại và kiểm đếm bổ sung.",
    ),
    ("Số thửa", "Số hộ"),
)
FLOOD = Theme(
    "phòng, chống thiên tai và tu bổ công trình thủy lợi",
    "phòng, chống thiên tai",
    (
        "Chủ động sơ tán dân khỏi vùng trũng và ven sông trước khi bão đổ bộ, không để bị bất ngờ.",
        "Giữ an toàn các hồ chứa, kênh mương và đê bao trong suốt mùa mưa lũ năm {nam}.",
        "Khôi phục sản xuất ngay sau lũ, không để hộ nào thiếu đói, thiếu giống.",
    ),
    (
        "Dự trữ tại xã {xa} {n} tấn gạo, {m} thùng mì và thuốc khử trùng nước đủ dùng trong bảy ngày.",
        "Kiểm tra thân đập, cửa xả và hệ thống đo mực nước của hồ Suối Đá trước ngày 31 tháng 8.",
        "Nạo vét {km} ki-lô-mét kênh chính qua {xa}, huy động dân công theo từng thôn.",
        "Lập danh sách {m} hộ phải sơ tán ở huyện {huyen}, ghi rõ người già, trẻ nhỏ và người khuyết tật.",
        "Phân công trực ban suốt ngày đêm, báo cáo hai giờ một lần khi có bão khẩn cấp.",
    ),
    (
        "Nước lũ tại {xa} lên cao hơn báo động ba là 0,{n} mét, {m} ngôi nhà bị ngập sâu.",
        "Lực lượng xung kích xã {xa} đã đưa {m} người đến trường học và nhà văn hóa an toàn.",
        "Tuyến kênh qua {xa} được gia cố {km} ki-lô-mét bằng đá hộc, kinh phí {tien}.",
        "Sau lũ, xã {xa} nhận {n} tấn lúa giống và đã gieo lại trên {m} héc-ta.",
    ),
    (
        "Đường vào {xa} sạt lở {n} điểm, xe chở hàng cứu trợ phải dừng cách trung tâm {km} ki-lô-mét.",
        "Máy phát điện của {xa} hỏng từ đợt bão trước, liên lạc bị gián đoạn gần một ngày.",
        "Cửa xả của đập ở {xa} bị kẹt rác, phải cho người lặn xuống gỡ bằng tay.",
    ),
    (
        "nước về nhanh hơn mọi năm, thôn tôi chỉ kịp chạy người, gia súc mất {n} con.",
        "đề nghị cấp thêm {n} áo phao và hai chiếc xuồng máy cho xã {xa}.",
        "nên sửa cống số ba trước tiên vì cả cánh đồng {xa} phụ thuộc vào cống này.",
        "loa truyền thanh không đến được các xóm trong núi, phải cử người đi báo từng nhà.",
    ),
    ("Số hộ", "Héc-ta"),
)
SCHOOLS = Theme(
    "xây dựng trường lớp và duy trì sĩ số học sinh",
    "trường lớp",
    (
        "Xóa phòng học tranh tre, bảo đảm mỗi xã có trường tiểu học xây kiên cố.",
        "Duy trì sĩ số học sinh vùng cao, không để học sinh bỏ học giữa chừng vì thiếu ăn, thiếu sách.",
        "Chuẩn bị đủ giáo viên, bàn ghế và sách giáo khoa trước ngày khai giảng năm học {nam}.",
    ),
    (
        "Xây mới {n} phòng học tại huyện {huyen}, bàn giao trước ngày 20 tháng 8.",
        "Luân chuyển {n} giáo viên từ vùng thuận lợi lên dạy tại xã {xa} trong thời hạn ba năm.",
        "Tổ chức bếp ăn bán trú cho {m} học sinh ở xa trường, mỗi tháng cấp gạo một lần.",
        "Kiểm tra sách cũ còn dùng được, vận động phụ huynh quyên góp cho thư viện trường {xa}.",
        "Cử đoàn kiểm tra việc dạy thêm, thu tiền ngoài quy định ở các trường trong tỉnh.",
    ),
    (
        "Trường tiểu học {xa} có {m} học sinh, {n} lớp, tỷ lệ chuyên cần đạt chín mươi lăm phần trăm.",
        "Xã {xa} hoàn thành {n} phòng học xây, phụ huynh góp {m} ngày công san nền và chở cát.",
        "Giáo viên cắm bản ở {xa} vận động được {n} em trở lại lớp sau mùa rẫy.",
        "Thư viện trường {xa} nhận {m} cuốn sách và {n} bộ bàn ghế do huyện {huyen} chuyển đến.",
    ),
    (
        "Điểm trường lẻ ở {xa} chưa có điện, học sinh phải nghỉ sớm vào mùa đông.",
        "Trường {xa} còn thiếu {n} giáo viên nhạc, họa và ngoại ngữ.",
        "Mái ngói của trường {xa} bị tốc sau bão, {n} lớp phải học nhờ nhà văn hóa thôn.",
    ),
    (
        "học sinh {xa} đi bộ {km} ki-lô-mét mới đến trường, xin mở thêm điểm lẻ.",
        "phụ huynh đồng ý góp công nhưng chưa góp được tiền vì mất mùa.",
        "nên giữ giáo viên trẻ bằng nhà tập thể, không nên chỉ hứa phụ cấp.",
        "sách giáo khoa năm nay về chậm {n} ngày, nhà trường phải dùng sách cũ.",
    ),
    ("Học sinh", "Số lớp"),
)
ROADS = Theme(
    "mở đường, kéo điện và sắp xếp các chợ trong tỉnh",
    "giao thông, điện và chợ",
    (
        "Đến cuối năm {nam}, xe ô tô đi được đến trung tâm mọi xã trong cả hai mùa.",
        "Đưa điện lưới đến các thôn còn lại, giá bán lẻ thống nhất theo quy định.",
        "Sắp xếp lại các chợ tạm, bảo đảm vệ sinh và phòng cháy.",
    ),
    (
        "Mở rộng mặt đường từ {xa} đến bến sông, dài {km} ki-lô-mét, rải cấp phối đá dăm.",
        "Kéo {km} ki-lô-mét đường dây trung áp về xã {xa}, lắp hai trạm biến áp.",
        "Di dời chợ {xa} đến khu đất mới rộng {m} mét vuông, có bãi xe và bể nước chữa cháy.",
        "Sửa chữa cầu treo {xa}, cấm xe quá hai tấn qua cầu trong thời gian thi công.",
        "Cắm biển báo, sơn lại vạch đường ở {n} vị trí thường xảy ra tai nạn.",
    ),
    (
        "Tuyến đường về {xa} hoàn thành {km} ki-lô-mét, nhân dân hiến {m} mét vuông đất vườn.",
        "Xã {xa} có thêm {n} hộ dùng điện, trạm biến áp vận hành ổn định từ tháng {thang}.",
        "Chợ {xa} mở lại với {n} gian hàng, tiền thuê chỗ thu được {tien} trong năm.",
        "Cầu {xa} được thay {n} thanh dầm và sơn chống gỉ, xe khách đã chạy trở lại.",
    ),
    (
        "Nhà thầu thi công đoạn {xa} chậm {n} ngày do thiếu đá và mưa kéo dài.",
        "Cột điện ở {xa} đặt sát mép đường, đã xảy ra {n} vụ va quệt.",
        "Tiểu thương chợ {xa} chưa chịu dời vì chợ mới xa bến xe.",
    ),
    (
        "đường lầy từ đầu mùa mưa, xe chở lúa phải tăng bo {n} lần.",
        "tiền điện thu qua tổ hợp tác cao hơn giá quy định, đề nghị bàn giao cho ngành điện.",
        "chợ nên họp theo phiên như cũ, mỗi tháng sáu phiên.",
        "xin giữ lại cây đa đầu cầu {xa} khi mở rộng mặt đường.",
    ),
    ("Ki-lô-mét", "Số hộ"),
)
STAFF = Theme(
    "tổ chức bộ máy, biên chế và cán bộ",
    "tổ chức, cán bộ",
    (
        "Sắp xếp bộ máy gọn nhẹ, rõ việc, không chồng chéo giữa các phòng và giữa tỉnh với huyện.",
        "Quản lý chặt chẽ biên chế được giao, tuyển dụng công khai qua thi tuyển.",
        "Bố trí đủ cán bộ cho các xã vùng cao, có nhà công vụ và phụ cấp thỏa đáng.",
    ),
    (
        "Rà soát chức năng, nhiệm vụ của {n} đơn vị trực thuộc, đề xuất sáp nhập những đơn vị trùng việc.",
        "Xét nâng bậc lương thường xuyên cho {m} người, hoàn thành trước tháng {thang} năm {nam}.",
        "Cử {n} cán bộ xã đi học lớp quản lý hành chính tại trường của tỉnh.",
        "Kiểm tra hồ sơ nhân sự, bổ sung bản khai lý lịch và quyết định còn thiếu.",
        "Bàn giao công việc, con dấu và tài liệu của đơn vị giải thể, có biên bản và mục lục kèm theo.",
    ),
    (
        "Huyện {huyen} đã sắp xếp xong {n} phòng, giảm {n} đầu mối và không phát sinh đơn thư.",
        "Xã {xa} kiện toàn {n} chức danh, trong đó có cán bộ trẻ là người địa phương.",
        "Kỳ thi tuyển tại {huyen} có {m} người dự, {n} người đạt yêu cầu và được phân công về xã {xa}.",
        "Hồ sơ của {m} người ở {huyen} đã được kiểm tra, {n} hồ sơ phải bổ sung văn bằng.",
    ),
    (
        "Xã {xa} còn khuyết chức danh địa chính gần {n} tuần, công việc phải nhờ xã bên.",
        "Việc bàn giao ở {huyen} chậm vì mục lục tài liệu lập không khớp với thực tế.",
        "Nhiều cán bộ ở {xa} sắp đến tuổi nghỉ nhưng chưa có người thay.",
    ),
    (
        "nên giữ nguyên phòng tổng hợp, chỉ nhập hai phòng nghiệp vụ vào nhau.",
        "cán bộ cũ của {xa} thạo việc nhưng thiếu bằng cấp, xin cho học tại chức.",
        "con dấu cũ phải nộp lại trước khi dùng con dấu mới, không để hai dấu cùng lúc.",
        "hồ sơ gốc của ông {nguoi} thiếu quyết định tuyển dụng năm đầu, cần tìm ở kho.",
    ),
    ("Biên chế", "Có mặt"),
)
BORDERS = Theme(
    "điều chỉnh địa giới hành chính các xã",
    "địa giới hành chính",
    (
        "Xác định rõ đường địa giới trên bản đồ và ngoài thực địa, chấm dứt tranh chấp kéo dài.",
        "Lấy ý kiến cử tri công khai trước khi trình cấp có thẩm quyền.",
        "Giữ ổn định đời sống, sản xuất của nhân dân hai bên đường địa giới.",
    ),
    (
        "Cắm {n} mốc địa giới bằng bê tông giữa xã {xa} và các xã liền kề.",
        "Lập hồ sơ, bản đồ địa giới tỷ lệ 1:10.000 cho huyện {huyen}, mỗi bộ ba bản.",
        "Tổ chức họp cử tri tại {n} thôn, ghi biên bản từng ý kiến đồng ý và không đồng ý.",
        "Chuyển sổ hộ khẩu, sổ địa chính của {m} hộ sang xã mới trong vòng ba mươi ngày.",
    ),
    (
        "Xã {xa} cắm xong {n} mốc, vị trí được hai bên ký nhận và vẽ sơ đồ vị trí kèm theo.",
        "Cử tri {xa} dự họp đông đủ, {m} người đồng ý, {n} người có ý kiến khác.",
        "Diện tích tự nhiên của {xa} sau điều chỉnh là {m} héc-ta, dân số {m} người.",
        "Đoàn khảo sát đi dọc suối ở {xa} dài {km} ki-lô-mét và thống nhất lấy giữa dòng làm ranh.",
    ),
    (
        "Mốc số {n} ở {xa} bị trâu bò làm đổ, phải chôn lại.",
        "Bản đồ cũ ghi tên suối ở {xa} khác với cách gọi của nhân dân nên dễ nhầm.",
        "Một xóm của {xa} nằm sát trung tâm xã bên, việc đi lại làm giấy tờ bất tiện.",
    ),
    (
        "ruộng của thôn nằm bên kia suối, xin giữ nguyên quyền canh tác.",
        "nhân dân muốn giữ tên {xa} vì tên này có từ lâu đời.",
        "nên lấy đường mòn làm ranh, không lấy khe cạn vì khe đổi dòng.",
        "cụ {nguoi} còn nhớ vị trí cột mốc đá cũ và sẵn lòng chỉ cho đoàn.",
    ),
    ("Số mốc", "Số dân"),
)
EXAMS = Theme(
    "thi cử và phổ cập giáo dục",
    "thi và phổ cập",
    (
        "Tổ chức kỳ thi nghiêm túc, an toàn, không để thí sinh vùng xa phải bỏ thi vì đường sá.",
        "Hoàn thành phổ cập giáo dục tiểu học đúng độ tuổi ở tất cả các xã.",
        "Xóa mù chữ cho người lớn, mở lớp vào buổi tối và mùa nông nhàn.",
    ),
    (
        "Bố trí {n} phòng thi tại huyện {huyen}, mỗi phòng không quá hai mươi bốn thí sinh.",
        "Vận chuyển đề thi bằng xe riêng, niêm phong ba lớp, có người áp tải suốt đường.",
        "Mở {n} lớp xóa mù chữ tại xã {xa}, giáo viên được tính giờ dạy ban đêm.",
        "Điều tra trình độ học vấn từng hộ, lập phiếu và tổng hợp trước tháng {thang}.",
        "Lưu bài thi, biên bản phòng thi và bảng điểm theo đúng thời hạn bảo quản.",
    ),
    (
        "Hội đồng thi {xa} có {m} thí sinh, vắng {n} em, không có trường hợp vi phạm quy chế.",
        "Xã {xa} duy trì {n} lớp học ban đêm với {m} học viên, đa số là phụ nữ.",
        "Tỷ lệ trẻ sáu tuổi ở {xa} vào lớp một tăng rõ, {n} em học sớm được xếp lại đúng lớp.",
        "Giáo viên {xa} đã điều tra {m} hộ, nhập đủ phiếu và đối chiếu với sổ hộ khẩu.",
    ),
    (
        "Học viên lớp xóa mù ở {xa} nghỉ nhiều vào vụ gặt, phải dạy bù {n} buổi.",
        "Đường đến hội đồng thi {xa} bị ngập, {n} thí sinh phải ngủ lại nhà dân.",
        "Phiếu điều tra của {xa} ghi thiếu năm sinh ở {n} hộ.",
    ),
    (
        "nên đặt thêm một hội đồng thi ở {huyen} để thí sinh khỏi vượt đèo.",
        "đèn dầu không đủ sáng, xin cấp {n} đèn măng-sông cho lớp ban đêm.",
        "việc cộng điểm ưu tiên phải niêm yết công khai ngay tại trường.",
        "chữ trong phiếu in mờ, người già không đọc được.",
    ),
    ("Thí sinh", "Học viên"),
)
